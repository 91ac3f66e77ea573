import { describe, expect, it } from 'vitest';
import type { QueryParameter, RawStream } from '../../../../src/core/forwarding.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { chunksOf, jsonAnswer } from '../facade.builder.js';
import {
  bodyOf,
  forwardWorld,
  installationFault,
  namesIn,
  receive,
  refusedByCluster,
  secretOf,
  textOfTrail,
  throwing,
  value,
} from './forward.builder.js';

const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const head = '{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[';
const item = (name: string, namespace = 'pay') => {
  const { metadata, data, type } = secretOf(name, ['password'], namespace);
  return JSON.stringify({ metadata, data, type });
};
/** A list whose Secrets come one by one. */
const listed = (...items: readonly string[]) =>
  chunksOf(head, ...items.map((text, index) => (index === 0 ? text : `,${text}`)), ']}');
const database = jsonAnswer(secretOf('db', ['user', 'password']));
const rowOf = (name: string, annotations: object = {}) => ({
  cells: [name, 'Opaque', 1, '5m'],
  object: { kind: 'PartialObjectMetadata', metadata: { name, namespace: 'pay', annotations } },
});
const tableOf = (...rows: readonly object[]) => jsonAnswer({ kind: 'Table', rows });

describe('a caller who gets a Secret', () => {
  const get = { verb: 'get', name: 'db' } as const;

  it('has its very bytes once that is on record, with the names of its keys', async () => {
    const world = forwardWorld({ answering: () => database });
    const answer = await world.ask(get);
    expect(answer).toMatchObject({ status: 200, headers: database.headers });
    expect((answer as typeof database).body).toBe(database.body);
    expect(world.timeline).toEqual(['upstream GET', 'reveal pay/db [password,user]: allowed']);
    expect(world.upstream.asked[0]).toMatchObject({ how: 'send', call: { as: 'caller' } });
    expect(textOfTrail(world)).not.toContain(value);
  });

  it('has nothing where it cannot be written down', async () => {
    const world = forwardWorld({ answering: () => database, refuses: () => true });
    await expect(world.ask(get)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('is on record as who saw none of its values where he asked for a row', async () => {
    const world = forwardWorld({ answering: () => tableOf(rowOf('db')) });
    await world.ask(get, { accept: asTable });
    expect(world.timeline.at(-1)).toBe('get pay/db: allowed');
  });

  it('but not where the row holds what was applied', async () => {
    const applied = JSON.stringify({ data: { token: value } });
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': applied };
    const world = forwardWorld({ answering: () => tableOf(rowOf('db', annotations)) });
    await world.ask(get, { accept: asTable });
    expect(world.timeline.at(-1)).toBe('reveal pay/db [token]: allowed');
  });

  it.each([
    ['Forbidden', 'denied', 403],
    ['NotFound', 'failed', 404],
  ] as const)(
    "has the cluster's own words for %s, on record as %s",
    async (code, outcome, status) => {
      const refusal = refusedByCluster(code);
      const world = forwardWorld({ answering: throwing(refusal) });
      await expect(world.ask(get)).rejects.toBe(refusal);
      expect(world.timeline.at(-1)).toBe(`reveal pay/db: ${outcome}`);
      expect(world.trail[0]?.responseStatus?.code).toBe(status);
    },
  );

  it('is told of a fault of the installation where he has the right', async () => {
    const world = forwardWorld({ answering: throwing(installationFault) });
    await expect(world.ask(get)).rejects.toBe(installationFault);
    expect(world.access.asked).toMatchObject([{ verb: 'get', resource: 'secrets', name: 'db' }]);
  });

  it.each([
    ['get', 'db', 'secrets \\"db\\" is forbidden: User \\"alice\\" cannot get'],
    ['list', '', 'secrets is forbidden: User \\"alice\\" cannot list'],
  ] as const)('and denied in the words of Kubernetes where not (%s)', async (verb, name, words) => {
    const world = forwardWorld({ answering: throwing(installationFault), isAllowed: false });
    await expect(world.ask({ verb, name })).rejects.toMatchObject({ code: 'Forbidden' });
    expect(textOfTrail(world)).toContain(words);
    expect(world.trail[0]?.annotations).toMatchObject({
      'sallyport.dev/outcome': 'denied',
      'sallyport.dev/upstream-ids': 'review-1',
    });
  });

  it.each([
    ['get', 'other', 'db', 'reveal other/db: denied'],
    ['list', 'other', '', 'list other: denied'],
    ['list', '', '', 'list *: denied'],
  ] as const)('is refused to %s in %j before the cluster is asked', async (...row) => {
    const [verb, namespace, name, note] = row;
    const world = forwardWorld({ answering: () => database, reach: 'served' });
    const refused = world.ask({ verb, namespace, name });
    await expect(refused).rejects.toMatchObject({ code: 'Forbidden', status: 403 });
    expect(world.timeline).toEqual([note]);
  });
});

describe('a caller who lists Secrets', () => {
  const list = { verb: 'list' } as const;

  it('has none of them before it is on record, behind the list itself', async () => {
    const world = forwardWorld({ answering: () => listed(item('a'), item('b')) });
    const answer = await world.ask(list);
    expect(world.timeline).toEqual(['upstream GET', 'list pay: allowed']);
    const text = await receive(world, answer);
    expect(text).toBe(`${head}${item('a')},${item('b')}]}`);
    expect(world.timeline.slice(2)).toEqual([
      'sent ',
      'reveal pay/a [password]: allowed',
      'sent a',
      'reveal pay/b [password]: allowed',
      'sent b',
      'sent ',
    ]);
    const [first, ...reveals] = world.trail;
    expect(reveals.map(({ annotations }) => annotations['sallyport.dev/parent-id'])).toEqual(
      reveals.map(() => first?.auditID),
    );
    expect(textOfTrail(world)).not.toContain(value);
  });

  it('has no Secret that could not be written down, nor any behind it', async () => {
    const parts = [item('a'), item('b'), item('c'), item('d')];
    const refuses = (note: string) => note.startsWith('reveal pay/c');
    let isEnded = false;
    async function* chunks() {
      try {
        yield* listed(...parts);
      } finally {
        isEnded = true;
      }
    }
    const world = forwardWorld({ answering: chunks, refuses });
    const answer = await world.ask(list);
    await expect(receive(world, answer)).rejects.toMatchObject({ code: 'Unavailable' });
    const sent = world.timeline.filter((note) => note.startsWith('sent')).map(namesOf);
    expect(sent).toEqual(['', 'a', 'b']);
    expect(isEnded).toBe(true);
  });

  it('has none of those that come together with such a one', async () => {
    const refuses = (note: string) => note.startsWith('reveal pay/b');
    const answering = () => chunksOf(`${head}${item('a')},${item('b')}]}`);
    const world = forwardWorld({ answering, refuses });
    const answer = await world.ask(list);
    await expect(receive(world, answer)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.timeline.filter((note) => note.startsWith('sent'))).toEqual([]);
  });

  it('has nothing where the list cannot be written down, which then ends upstream', async () => {
    const world = forwardWorld({ answering: () => listed(item('a')), refuses: () => true });
    await expect(world.ask(list)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.upstream.asked[0]?.call.signal?.aborted).toBe(true);
  });

  it('is cut off where his call ends', async () => {
    const call = new AbortController();
    const answering = () => listed(item('a'));
    const world = forwardWorld({ answering, ctx: { signal: call.signal } });
    await world.ask(list);
    const signal = world.upstream.asked[0]?.call.signal;
    expect(signal?.aborted).toBe(false);
    call.abort();
    expect(signal?.aborted).toBe(true);
  });

  it('reveals nothing of Secrets without values and of rows', async () => {
    const empty = jsonAnswer({ kind: 'SecretList', items: [{ metadata: { name: 'a' } }] });
    for (const answered of [empty, tableOf(rowOf('a'))]) {
      const world = forwardWorld({ answering: () => answered });
      expect(await receive(world, await world.ask(list))).toBe(answered.body.toString());
      expect(world.trail).toHaveLength(1);
    }
  });

  it('is on record with the one Secret that a selector names, or all namespaces', async () => {
    const world = forwardWorld({ answering: () => listed() });
    await world.ask({ ...list, name: 'db' });
    await world.ask({ ...list, namespace: '' });
    expect(world.timeline.filter((note) => note.startsWith('list'))).toEqual([
      'list pay/db: allowed',
      'list *: allowed',
    ]);
  });

  it('asks for pages as he likes', async () => {
    const query: readonly QueryParameter[] = [
      ['limit', '2'],
      ['continue', 'x'],
      ['includeObject', 'None'],
    ];
    const world = forwardWorld({ answering: () => listed() });
    await world.ask(list, { query });
    expect(world.upstream.asked[0]?.request.query).toEqual(query);
  });
});

const namesOf = (note: string) => note.slice('sent '.length);

describe('a token that is narrowed', () => {
  const query: readonly QueryParameter[] = [
    ['limit', '2'],
    ['labelSelector', 'team'],
    ['continue', 'x'],
    ['includeObject', 'None'],
  ];
  const wholeList = () => listed(item('a'), item('b', 'ops'), item('c'));

  async function list(scope: TokenScope, namespace = '') {
    const world = forwardWorld({ answering: wholeList, scope });
    const answer = await world.ask({ verb: 'list', namespace }, { query });
    return { world, text: await receive(world, answer) };
  }

  it.each([
    [{ secrets: ['a*', 'b'] }, ['a', 'b'], ['pay/a', 'ops/b']],
    [{ namespaces: ['p*'] }, ['a', 'c'], ['pay/a', 'pay/c']],
    [{ namespaces: ['pay'], secrets: ['c'] }, ['c'], ['pay/c']],
    [{ secrets: ['z'] }, [], []],
  ])('to %j lists and reveals these alone', async (scope, shown, revealed) => {
    const { world, text } = await list(scope);
    const { items } = JSON.parse(text) as { items: readonly object[] };
    expect(items).toHaveLength(shown.length);
    expect(namesIn(text)).toBe(shown.join(','));
    const reveals = revealed.map((place) => `reveal ${place} [password]: allowed`);
    expect(world.timeline.filter((note) => note.startsWith('reveal'))).toEqual(reveals);
  });

  it('has them all in one list, of which nothing says that others follow', async () => {
    const metadata = { resourceVersion: '9', continue: 'x', remainingItemCount: 3 };
    const page = jsonAnswer({ kind: 'SecretList', metadata, items: [secretOf('a')] });
    const world = forwardWorld({ answering: () => page, scope: { secrets: ['a'] } });
    const text = await receive(world, await world.ask({ verb: 'list' }, { query }));
    expect(JSON.parse(text)).toMatchObject({ metadata: { resourceVersion: '9' } });
    expect(text).not.toMatch(/continue|remainingItemCount/);
    expect(world.upstream.asked[0]?.request.query).toEqual([['labelSelector', 'team']]);
  });

  it('to actions without a reveal has the rest of what it may see, and reveals nothing', async () => {
    const { world, text } = await list({ actions: ['secrets.list'] });
    expect(namesIn(text)).toBe('a,b,c');
    expect(text).not.toContain(value);
    expect(text).not.toContain('password');
    expect(world.trail).toHaveLength(1);
    const single = forwardWorld({ answering: () => database, scope: { actions: ['secrets.get'] } });
    const one = await single.ask({ verb: 'get', name: 'db' });
    expect(bodyOf(one)).toMatchObject({ kind: 'Secret', metadata: { name: 'db' } });
    expect(bodyOf(one)).not.toHaveProperty('data');
    expect(single.timeline.at(-1)).toBe('get pay/db: allowed');
  });

  it.each([
    ['keys', { keys: ['password'] }],
    ['other actions', { actions: ['secrets.create'] }],
    ['other namespaces', { namespaces: ['ops'] }],
    ['other Secrets', { secrets: ['db2'] }],
    ['other addresses', { cidrs: ['192.0.2.0/24'] }],
  ])('to %s gets no Secret, and the cluster is not asked', async (_title, scope) => {
    const world = forwardWorld({ answering: () => database, scope });
    const refused = world.ask({ verb: 'get', name: 'db' });
    await expect(refused).rejects.toMatchObject({ code: 'Forbidden' });
    expect(world.timeline).toHaveLength(1);
    expect(world.timeline[0]).toMatch(/^(reveal|get) pay\/db: denied$/);
  });

  it.each([{ keys: ['password'] }, { actions: ['secrets.reveal'] }, { namespaces: ['ops'] }])(
    'to %j lists nothing of a namespace',
    async (scope) => {
      const world = forwardWorld({ answering: wholeList, scope });
      const refused = world.ask({ verb: 'list' });
      await expect(refused).rejects.toMatchObject({ code: 'Forbidden' });
      expect(world.timeline).toEqual(['list pay: denied']);
    },
  );

  it('has a row of a Secret with its object, so that it can be seen whose it is', async () => {
    const answering = () => tableOf(rowOf('db'));
    const world = forwardWorld({ answering, scope: { secrets: ['db'] } });
    await world.ask({ verb: 'get', name: 'db' }, { accept: asTable, query });
    const names = world.upstream.asked[0]?.request.query.map(([name]) => name);
    expect(names).toEqual(['limit', 'labelSelector', 'continue']);
  });

  it('has no list of which it cannot be seen whose its rows are', async () => {
    const answering = () => tableOf({ cells: ['a', 'Opaque'], object: null });
    const world = forwardWorld({ answering, scope: { secrets: ['a'] } });
    const answer = (await world.ask({ verb: 'list' })) as RawStream;
    expect(JSON.parse(await receive(world, answer))).toMatchObject({ kind: 'Table', rows: [] });
  });
});
