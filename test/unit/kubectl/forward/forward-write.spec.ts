import { describe, expect, it } from 'vitest';
import { RefusedByCluster } from '../../../../src/core/errors/refused-by-cluster.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import type { RawAnswer, RawRequest } from '../../../../src/core/forwarding.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import type { ForwardedRequest } from '../../../../src/kubectl/domain/forward/forwarded.js';
import { jsonAnswer } from '../facade.builder.js';
import {
  bodyOf,
  type ForwardWorld,
  forwardWorld,
  installationFault,
  refusedByCluster,
  secretOf,
  statusAnswer,
  textOfTrail,
  throwing,
  value,
  versionMade,
} from './forward.builder.js';

const json = (body: unknown): Partial<RawRequest> => ({
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(body)),
});
const patchOf = (body: unknown): [Partial<ForwardedRequest>, Partial<RawRequest>] => [
  { verb: 'patch', name: 'db' },
  { ...json(body), method: 'PATCH', contentType: 'application/merge-patch+json' },
];
const createOf = (body: unknown): [Partial<ForwardedRequest>, Partial<RawRequest>] => [
  { verb: 'create' },
  { ...json(body), method: 'POST' },
];
const patch = patchOf({ data: { user: value } });
const create = createOf(secretOf('db'));
const remove = [{ verb: 'delete', name: 'db' }, { method: 'DELETE' }] as const;
const dryRun: Partial<RawRequest> = { query: [['dryRun', 'All']] };
const database = jsonAnswer(secretOf('db', ['password', 'user']));
const success = jsonAnswer({ kind: 'Status', apiVersion: 'v1', status: 'Success' });
const bodyWith = (message: string) =>
  jsonAnswer({ kind: 'Status', apiVersion: 'v1', reason: 'Invalid', message }).body;
const isReveal = (note: string) => note.startsWith('reveal');

function quotingRefusal(): RefusedByCluster {
  const words = `Secret "db" is invalid: data[user]: Invalid value: "${value}": odd`;
  const error = new SallyportError('Invalid', 'the cluster found the object invalid');
  return new RefusedByCluster(error, { ...statusAnswer(422, 'Invalid'), body: bodyWith(words) });
}

describe('a caller who writes a Secret', () => {
  it('does so between an intent and an outcome, and what he is shown is on record too', async () => {
    const world = forwardWorld({ answering: () => database });
    const answer = (await world.ask(...patch)) as RawAnswer;
    expect(answer.body).toBe(database.body);
    expect(world.timeline.slice(0, 2)).toEqual(['patch pay/db [user]: intent', 'upstream PATCH']);
    expect(world.timeline.slice(2).toSorted()).toEqual([
      'patch pay/db [user]: allowed',
      'reveal pay/db [password,user]: allowed',
    ]);
    expect(world.upstream.asked[0]).toMatchObject({ how: 'send', call: { as: 'caller' } });
    expect(world.upstream.asked[0]?.request.body).toBe(patch[1].body);
    expect(textOfTrail(world)).not.toContain(value);
  });

  it('writes nothing that cannot be announced in the trail', async () => {
    const refuses = (note: string) => note.endsWith(': intent');
    const world = forwardWorld({ answering: () => database, refuses });
    await expect(world.ask(...patch)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.upstream.asked).toEqual([]);
    expect(world.history.begun).toEqual([]);
  });

  it.each([
    ['the reveal', isReveal],
    ['the outcome', (note: string) => note === 'patch pay/db [user]: allowed'],
  ])('is told that it may have taken effect where %s is not on record', async (_what, refuses) => {
    const world = forwardWorld({ answering: () => database, refuses });
    await expect(world.ask(...patch)).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    expect(world.history.states).toHaveLength(1);
  });

  it('is told so, too, where the answer cannot be read', async () => {
    const odd = { ...database, body: Buffer.from(`{"data": "${value}`) };
    const world = forwardWorld({ answering: () => odd });
    const unknown = world.ask(...patch);
    await expect(unknown).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    await expect(unknown).rejects.not.toThrow(value);
    expect(world.timeline.at(-1)).toBe('patch pay/db [user]: unknown');
    expect(textOfTrail(world)).not.toContain(value);
  });

  it.each([
    ['Forbidden', 'denied', 403],
    ['Conflict', 'failed', 409],
  ] as const)("has the cluster's own words for %s, on record as %s", async (...row) => {
    const [code, outcome, status] = row;
    const refusal = refusedByCluster(code);
    const world = forwardWorld({ answering: throwing(refusal) });
    await expect(world.ask(...remove)).rejects.toBe(refusal);
    expect(world.timeline.at(-1)).toBe(`delete pay/db: ${outcome}`);
    expect(world.trail.at(-1)?.responseStatus?.code).toBe(status);
    expect(world.history).toMatchObject({ states: [], ended: 1 });
    const patched = forwardWorld({ answering: throwing(refusal) });
    await expect(patched.ask(...patch)).rejects.toMatchObject({ code, answer: { status } });
    expect(patched.timeline.at(-1)).toBe(`patch pay/db [user]: ${outcome}`);
  });

  it.each([
    ['a caller who may not read it', { isAllowed: false }],
    ['a token that opens no values', { scope: { actions: ['write'] } }],
  ])('and %s is not told by a refusal what stands in the Secret', async (_who, wishes) => {
    const world = forwardWorld({ answering: throwing(quotingRefusal()), ...wishes });
    const refusal = await world.ask(...patch).catch((thrown: unknown) => thrown);
    const { body } = (refusal as RefusedByCluster).answer;
    expect(body.toString()).toContain('data[user]: Invalid value');
    expect(body.toString()).not.toContain(value);
    expect(textOfTrail(world)).not.toContain(value);
  });

  it('is told what the API server says where he may read, on record as a reveal', async () => {
    const refusal = quotingRefusal();
    const world = forwardWorld({ answering: throwing(refusal) });
    await expect(world.ask(...patch)).rejects.toBe(refusal);
    expect(textOfTrail(world)).toContain('secrets.reveal');
    expect(textOfTrail(world)).not.toContain(value);
  });

  it.each([
    ['create', create, ''],
    ['patch', patch, 'db'],
    ['delete', remove, 'db'],
  ] as const)('is denied a %s where the installation is at fault', async (verb, asked, name) => {
    const world = forwardWorld({ answering: throwing(installationFault), isAllowed: false });
    await expect(world.ask(asked[0], asked[1])).rejects.toMatchObject({ code: 'Forbidden' });
    expect(world.access.asked).toMatchObject([{ verb, resource: 'secrets', name }]);
    expect(world.timeline.at(-1)).toMatch(/: denied$/);
    const allowed = forwardWorld({ answering: throwing(installationFault) });
    await expect(allowed.ask(asked[0], asked[1])).rejects.toBe(installationFault);
  });

  it('is refused what is not served before the cluster is asked or the history told', async () => {
    const world = forwardWorld({ answering: () => database, reach: 'served' });
    const refused = world.ask({ ...patch[0], namespace: 'other' }, patch[1]);
    await expect(refused).rejects.toMatchObject({ code: 'Forbidden' });
    expect(world.timeline).toEqual([
      'patch other/db [user]: intent',
      'patch other/db [user]: denied',
    ]);
    expect(world.history.begun).toEqual([]);
  });

  it('is on record with the status of the answer', async () => {
    const world = forwardWorld({ answering: () => ({ ...database, status: 201 }) });
    await world.ask(...create);
    const codes = world.trail.map(({ responseStatus, annotations }) => [
      annotations['sallyport.dev/action'],
      responseStatus?.code,
    ]);
    expect(codes).toContainEqual(['secrets.create', 201]);
  });
});

describe('the event of a write', () => {
  it('has the keys that were sent, whatever the answer shows', async () => {
    const world = forwardWorld({ answering: () => database });
    await world.ask(...patchOf({ metadata: { labels: { team: 'x' } } }));
    expect(world.timeline).toContain('patch pay/db: allowed');
    expect(world.timeline.find(isReveal)).toBe('reveal pay/db [password,user]: allowed');
  });

  it('has those that a create or update led to where its body was not read', async () => {
    const yaml = { contentType: 'application/yaml', body: Buffer.from('data: { user: eA== }') };
    const create = forwardWorld({ answering: () => database });
    await create.ask({ verb: 'create', name: '' }, { method: 'POST', ...yaml });
    expect(create.timeline).toContain('create pay/db [password,user]: allowed');
    const update = forwardWorld({ answering: () => database });
    await update.ask({ verb: 'update', name: 'db' }, { method: 'PUT', ...yaml });
    expect(update.timeline).toContain('update pay/db [*,password,user]: allowed');
  });

  it('says of an update whose former state is not known that it may have taken keys', async () => {
    const world = forwardWorld({ answering: () => database });
    const body = Buffer.from('{"data":{"user":"eA=="}}');
    await world.ask({ verb: 'update', name: 'db' }, { method: 'PUT', body });
    expect(world.timeline).toContain('update pay/db [*,user]: intent');
    expect(world.timeline).toContain('update pay/db [*,user]: allowed');
  });

  it('has the name that the API server made', async () => {
    const made = jsonAnswer(secretOf('db-x7k2p'));
    const world = forwardWorld({ answering: () => made });
    await world.ask(...createOf({ metadata: { generateName: 'db-' }, data: { password: value } }));
    expect(world.timeline[0]).toBe('create pay [password]: intent');
    expect(world.timeline).toContain('create pay/db-x7k2p [password]: allowed');
    expect(world.history.states).toMatchObject([{ name: 'db-x7k2p', uid: 'u-db-x7k2p' }]);
  });

  it('has the version that the history made of it', async () => {
    const world = forwardWorld({ answering: () => database });
    await world.ask(...patch);
    expect(world.history.begun).toEqual([{ namespace: 'pay', name: 'db' }]);
    expect(world.history.states).toEqual([
      {
        ...{ namespace: 'pay', name: 'db', uid: 'u-db', type: 'Opaque' },
        resourceVersion: '41',
      },
    ]);
    expect(world.history.ended).toBe(1);
    const outcome = world.trail.find(
      ({ stage, annotations }) =>
        stage === 'ResponseComplete' && annotations['sallyport.dev/action'] === 'secrets.patch',
    );
    expect(outcome?.annotations['sallyport.dev/version']).toBe(String(versionMade));
  });

  it('tells of a delete that shows nothing by itself', async () => {
    const world = forwardWorld({ answering: () => success });
    await world.ask(...remove);
    const deleted = ['delete pay/db: intent', 'upstream DELETE', 'delete pay/db: allowed'];
    expect(world.timeline).toEqual(deleted);
    expect(world.history).toMatchObject({ states: [], ended: 1 });
  });
});

describe('a write that is asked for without effect', () => {
  it.each([
    ['patch', patch],
    ['create', create],
    ['delete', remove],
  ] as const)('announces nothing to the history (%s), and is marked', async (_verb, asked) => {
    const world = forwardWorld({ answering: () => database });
    await world.ask(asked[0], { ...asked[1], ...dryRun });
    expect(world.history).toMatchObject({ begun: [], states: [] });
    const marks = world.trail
      .filter(({ annotations }) => annotations['sallyport.dev/action'] !== 'secrets.reveal')
      .map(({ annotations }) => annotations['sallyport.dev/marks']);
    expect(marks).toEqual(['dry-run', 'dry-run']);
    expect(world.timeline.find(isReveal)).toBe('reveal pay/db [password,user]: allowed');
  });

  it('has certainly none where what it shows is not on record, or cannot be read', async () => {
    const unrecorded = forwardWorld({ answering: () => database, refuses: isReveal });
    const odd = forwardWorld({ answering: () => ({ ...database, body: Buffer.from('odd') }) });
    for (const world of [unrecorded, odd]) {
      const refused = world.ask(patch[0], { ...patch[1], ...dryRun });
      await expect(refused).rejects.toMatchObject({ code: 'Unavailable' });
    }
  });
});

describe('a caller who deletes a collection', () => {
  const collection = { verb: 'deletecollection' } as const;
  const method = 'DELETE' as const;
  const items = [secretOf('a'), { ...secretOf('b'), data: {} }];
  const deleted = jsonAnswer({ kind: 'SecretList', metadata: {}, items });

  it('deletes and is shown each Secret on record', async () => {
    const world = forwardWorld({ answering: () => deleted });
    const answer = (await world.ask(collection, { method })) as RawAnswer;
    expect(answer.body).toBe(deleted.body);
    expect(world.timeline.slice(0, 2)).toEqual(['delete pay: intent', 'upstream DELETE']);
    expect(world.timeline.slice(2).toSorted()).toEqual([
      'delete pay/a [password]: allowed',
      'delete pay/b: allowed',
      'delete pay: allowed',
      'reveal pay/a [password]: allowed',
    ]);
  });

  it.each(['delete pay/b', 'reveal pay/a'])('is told where there is no %s', async (begin) => {
    const refuses = (note: string) => note.startsWith(begin);
    const world = forwardWorld({ answering: () => deleted, refuses });
    const unknown = world.ask(collection, { method });
    await expect(unknown).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    expect(world.timeline).toContain('delete pay: allowed');
  });

  it('deletes none of them without effect, but is shown them', async () => {
    const world = forwardWorld({ answering: () => deleted });
    await world.ask(collection, { method, ...dryRun });
    const others = world.timeline.filter((note) => /pay\/[ab]/.test(note));
    expect(others).toEqual(['reveal pay/a [password]: allowed']);
  });
});

describe('a read of this replica', () => {
  const details = { name: 'db', uid: 'u-db' };
  const gone = jsonAnswer({ kind: 'Status', apiVersion: 'v1', status: 'Success', details });
  const list = jsonAnswer({ kind: 'SecretList', items: [secretOf('a'), secretOf('b')] });
  const removeAll = [{ verb: 'deletecollection' }, { method: 'DELETE' }] as const;

  type Row = [
    what: string,
    asked: Parameters<ForwardWorld['ask']>,
    answer: RawAnswer,
    told: string[],
  ];

  it.each<Row>([
    ['a patch', patch, database, ['wrote pay/db 41']],
    ['a create', create, database, ['wrote pay/db 41']],
    ['a delete', [...remove], gone, ['removed pay/db u-db']],
    ['a delete of all', [...removeAll], list, ['removed pay/a u-a', 'removed pay/b u-b']],
  ])('misses nothing of %s once that is answered', async (_what, asked, answer, told) => {
    const world = forwardWorld({ answering: () => answer });
    await world.ask(...asked);
    expect(world.cache.told).toEqual(told);
    const rehearsed = forwardWorld({ answering: () => answer });
    await rehearsed.ask(asked[0], { ...asked[1], ...dryRun });
    expect(rehearsed.cache.told).toEqual([]);
  });

  it('is told nothing by a write that failed', async () => {
    const world = forwardWorld({ answering: throwing(refusedByCluster('Conflict')) });
    await expect(world.ask(...patch)).rejects.toMatchObject({ code: 'Conflict' });
    expect(world.cache.told).toEqual([]);
  });
});

describe('a token that is narrowed', () => {
  const bodies = { json: create, yaml: createOf('') };
  bodies.yaml[1] = { method: 'POST', contentType: 'application/yaml', body: Buffer.from('{}') };

  async function refused(
    scope: TokenScope,
    asked: readonly [Partial<ForwardedRequest>, Partial<RawRequest>],
    code = 'Forbidden',
  ) {
    const world = forwardWorld({ answering: () => database, scope });
    await expect(world.ask(...asked)).rejects.toMatchObject({ code });
    expect(world.upstream.asked).toEqual([]);
    expect(world.history.begun).toEqual([]);
    return world.timeline;
  }

  it.each([
    ['keys', { keys: ['password', 'user'] }],
    ['other Secrets', { secrets: ['db2'] }],
    ['other namespaces', { namespaces: ['ops'] }],
    ['other actions', { actions: ['secrets.reveal'] }],
  ])('to %s writes nothing, in one event', async (_title, scope) => {
    expect(await refused(scope, patch)).toEqual(['patch pay/db [user]: denied']);
    await refused(scope, create);
    await refused(scope, remove);
  });

  it('to Secrets creates these, by a body that the API server can read in one way', async () => {
    const scope = { secrets: ['db'] };
    const world = forwardWorld({ answering: () => database, scope });
    await world.ask(...create);
    expect(world.timeline[0]).toBe('create pay/db [password]: intent');
    await refused(scope, createOf(secretOf('other')));
    await refused(scope, createOf({ metadata: { generateName: 'db' } }));
    await refused(scope, bodies.yaml, 'UnsupportedMediaType');
    const twice = Buffer.from('{"metadata":{"name":"db"},"metadata":{"name":"other"}}');
    await refused(scope, [create[0], { ...create[1], body: twice }], 'Invalid');
    await refused(scope, [{ verb: 'deletecollection' }, { method: 'DELETE' }]);
  });

  it('to actions without a reveal writes, and is shown no value', async () => {
    const scope = { actions: ['write'] };
    const world = forwardWorld({ answering: () => database, scope });
    const answer = await world.ask(...patch);
    expect(bodyOf(answer)).toMatchObject({ kind: 'Secret', metadata: { name: 'db' } });
    expect(bodyOf(answer)).not.toHaveProperty('data');
    expect(world.timeline.some(isReveal)).toBe(false);
    expect(world.history.states).toMatchObject([{ name: 'db' }]);
  });

  it('to patches creates nothing by applying, and reads nothing by comparing', async () => {
    const scope = { actions: ['secrets.patch'] };
    const apply = { ...patch[1], contentType: 'application/apply-patch+yaml' };
    const test = patchOf([{ op: 'test', path: '/data/user', value }])[1];
    const compare = { ...test, contentType: 'application/json-patch+json' };
    await refused(scope, [patch[0], apply]);
    await refused(scope, [patch[0], compare]);
    for (const raw of [apply, compare]) {
      const actions = ['write', 'secrets.reveal'];
      const world = forwardWorld({ answering: () => database, scope: { actions } });
      expect(await world.ask(patch[0], raw)).toMatchObject({ status: 200 });
    }
  });

  it('has a row of what it wrote with its object, so that it can be seen whose it is', async () => {
    const world = forwardWorld({ answering: () => database, scope: { secrets: ['db'] } });
    const query = [...(dryRun.query ?? []), ['includeObject', 'None'] as const];
    await world.ask(patch[0], { ...patch[1], query });
    expect(world.upstream.asked[0]?.request.query).toEqual(dryRun.query);
  });

  it("is told of what holds no Secret in the cluster's own words", async () => {
    const answered = statusAnswer(200, 'Success');
    const world = forwardWorld({ answering: () => answered, scope: { secrets: ['db'] } });
    expect(((await world.ask(...remove)) as RawAnswer).body).toBe(answered.body);
  });
});
