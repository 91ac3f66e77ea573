import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import type { QueryParameter, RawAnswer } from '../../../../src/core/forwarding.js';
import { limits } from '../../../../src/core/limits.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import type { ForwardedRequest } from '../../../../src/kubectl/domain/forward/forwarded.js';
import { jsonAnswer } from '../facade.builder.js';
import {
  bodyOf,
  type ForwardWorld,
  forwardWorld,
  namesIn,
  receive,
  refusedByCluster,
  secretOf,
  textOfTrail,
  throwing,
  value,
} from './forward.builder.js';
import { cachedSecretOf, ToldCache } from './told-cache.js';

const labelled = (name: string, labels: Record<string, string>) => {
  const secret = secretOf(name);
  return cachedSecretOf({ ...secret, metadata: { ...secret.metadata, labels } });
};
const secrets = [labelled('db', { tier: 'a' }), labelled('mail', {}), labelled('queue', {})];
const any: readonly QueryParameter[] = [['resourceVersion', '0']];
const get = { verb: 'get', name: 'db' } as const;
const list = { verb: 'list' } as const;

function cachedWorld(wishes: { scope?: TokenScope; isAllowed?: boolean; refuses?: () => boolean }) {
  const answering = () => jsonAnswer(secretOf('upstream'));
  return forwardWorld({ answering, cache: new ToldCache(secrets, 50), ...wishes });
}

function upstreamCalls({ upstream }: ForwardWorld): number {
  return upstream.asked.length;
}

describe('a caller who takes a Secret from the cache', () => {
  it('has it after a decision, on record as read by the broker', async () => {
    const world = cachedWorld({});
    const answer = (await world.ask(get, { query: any })) as RawAnswer;
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(bodyOf(answer)).toMatchObject({ metadata: { name: 'db' }, data: { password: value } });
    expect(world.access.asked).toEqual([
      { verb: 'get', group: '', resource: 'secrets', namespace: 'pay', name: 'db' },
    ]);
    expect(world.timeline).toEqual(['reveal pay/db [password]: allowed']);
    expect(world.trail[0]?.annotations).toMatchObject({
      'sallyport.dev/plane': 'broker',
      'sallyport.dev/upstream-ids': 'review-1',
      'authorization.k8s.io/reason': 'because',
    });
    expect(textOfTrail(world)).not.toContain(value);
  });

  it('has nothing where it cannot be written down', async () => {
    const world = cachedWorld({ refuses: () => true });
    const refused = world.ask(get, { query: any });
    await expect(refused).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it.each([
    [get, 'secrets \\"db\\" is forbidden: User \\"alice\\" cannot get'],
    [{ verb: 'get', name: 'absent' }, 'secrets \\"absent\\" is forbidden'],
    [list, 'secrets is forbidden: User \\"alice\\" cannot list'],
  ] as const)(
    'is denied in the words of Kubernetes, whatever is there: %j',
    async (asked, words) => {
      const world = cachedWorld({ isAllowed: false });
      const denied = world.ask(asked as Partial<ForwardedRequest>, { query: any });
      await expect(denied).rejects.toMatchObject({ code: 'Forbidden', status: 403 });
      expect(textOfTrail(world)).toContain(words);
      expect(upstreamCalls(world)).toBe(0);
    },
  );

  it('is given no view before the decision, as nobody would take it', async () => {
    const cache = new ToldCache(secrets, 50);
    const world = forwardWorld({ answering: () => jsonAnswer(secretOf('db')), cache });
    world.access.isAllowed = false;
    await expect(world.ask(get, { query: any })).rejects.toMatchObject({ code: 'Forbidden' });
    expect(cache.asked).toEqual([]);
    world.access.isAllowed = true;
    await world.ask(get, { query: any });
    expect(cache.asked).toEqual([{ name: 'db' }]);
  });

  it('is told that there is none by the API server alone', async () => {
    const refusal = refusedByCluster('NotFound');
    const cache = new ToldCache(secrets, 50);
    const world = forwardWorld({ answering: throwing(refusal), cache });
    const absent = world.ask({ verb: 'get', name: 'absent' }, { query: any });
    await expect(absent).rejects.toBe(refusal);
    expect(world.trail[0]?.annotations).not.toHaveProperty('authorization.k8s.io/reason');
  });

  it.each([
    ['the most recent one is asked for', get, []],
    ['one is asked for that is newer', get, [['resourceVersion', '51']]],
    ['its namespace is not followed', { ...get, namespace: 'ops' }, any],
    ['the most recent list is asked for', list, []],
    ['a newer list is asked for', list, [['resourceVersion', '51']]],
    ['Secrets of all namespaces are listed', { ...list, namespace: '' }, any],
  ] as const)('is answered by the API server where %s', async (_when, asked, query) => {
    const world = cachedWorld({});
    await world.ask(asked as Partial<ForwardedRequest>, { query });
    expect(upstreamCalls(world)).toBe(1);
    expect(world.upstream.asked[0]?.request.query).toEqual(query);
    expect(world.access.asked).toEqual([]);
  });

  it('needs no newer state than he says', async () => {
    const world = cachedWorld({});
    await world.ask(get, { query: [['resourceVersion', '50']] });
    expect(world.cache.asked.at(-1)).toEqual({ notOlderThan: '50', name: 'db' });
    expect(upstreamCalls(world)).toBe(0);
  });

  it('has no more of it than his token opens', async () => {
    const world = cachedWorld({ scope: { actions: ['secrets.get'] } });
    const answer = await world.ask(get, { query: any });
    expect(bodyOf(answer)).not.toHaveProperty('data');
    expect(world.timeline).toEqual(['get pay/db: allowed']);
  });
});

describe('a caller who takes a list from the cache', () => {
  it('has no Secret of it before that is on record, behind the list itself', async () => {
    const world = cachedWorld({});
    const answer = await world.ask(list, { query: [...any, ['limit', '1']] });
    expect(world.timeline).toEqual(['list pay: allowed']);
    const document: unknown = JSON.parse(await receive(world, answer));
    expect(document).toMatchObject({ kind: 'SecretList', metadata: { resourceVersion: '50' } });
    expect(world.timeline.at(-1)).toBe('sent db,mail,queue');
    expect(world.timeline.slice(1, -1).toSorted()).toEqual(
      ['db', 'mail', 'queue'].map((name) => `reveal pay/${name} [password]: allowed`),
    );
    const planes = world.trail.map(({ annotations }) => annotations['sallyport.dev/plane']);
    expect(new Set(planes)).toEqual(new Set(['broker']));
    expect(upstreamCalls(world)).toBe(0);
    expect(textOfTrail(world)).not.toContain(value);
  });

  it.each([
    ['labelSelector', 'tier=a', 'db'],
    ['labelSelector', '!tier', 'mail,queue'],
    ['fieldSelector', 'metadata.name!=mail', 'db,queue'],
  ])('has those that %s %s selects', async (parameter, selector, names) => {
    const world = cachedWorld({});
    const answer = await world.ask(list, { query: [...any, [parameter, selector]] });
    expect(namesIn(await receive(world, answer))).toBe(names);
  });

  it('has those that his token shows, and may ask for the one that it names', async () => {
    const world = cachedWorld({ scope: { secrets: ['db', 'q*'] } });
    const answer = await world.ask(list, { query: [...any, ['limit', '1']] });
    expect(namesIn(await receive(world, answer))).toBe('db,queue');
    const reveals = world.timeline.filter((note) => note.startsWith('reveal'));
    expect(reveals.toSorted()).toEqual([
      'reveal pay/db [password]: allowed',
      'reveal pay/queue [password]: allowed',
    ]);
    const named = cachedWorld({});
    const query = [...any, ['fieldSelector', 'metadata.name=db']] as const;
    await named.ask({ ...list, name: 'db' }, { query });
    expect(named.access.asked).toMatchObject([{ verb: 'list', name: 'db' }]);
  });

  it('has none of a turn that could not be written down', async () => {
    const many = Array.from({ length: limits.cacheListTurnSecrets + 5 }, (_, index) =>
      cachedSecretOf(secretOf(`s${index}`)),
    );
    const last = `s${many.length - 1}`;
    const refuses = (note: string) => note.startsWith(`reveal pay/${last} `);
    const answering = () => jsonAnswer({});
    const world = forwardWorld({ answering, refuses, cache: new ToldCache(many, 50) });
    const answer = await world.ask(list, { query: any });
    await expect(receive(world, answer)).rejects.toMatchObject({ code: 'Unavailable' });
    const sent = world.timeline.filter((note) => note.startsWith('sent'));
    expect(sent).toHaveLength(1);
    expect(sent[0]).not.toContain(last);
  });

  it('has no more of it once his call has ended', async () => {
    const call = new AbortController();
    const cache = new ToldCache(secrets, 50);
    const answering = () => jsonAnswer({});
    const world = forwardWorld({ answering, cache, ctx: { signal: call.signal } });
    const answer = await world.ask(list, { query: any });
    call.abort();
    await expect(receive(world, answer)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a caller whose write has an unknown outcome', () => {
  const body = Buffer.from(JSON.stringify(secretOf('db')));
  const json = { body, contentType: 'application/json' };
  const mergePatch = 'application/merge-patch+json';
  const patched = { method: 'PATCH', body, contentType: mergePatch } as const;

  it.each([
    [{ verb: 'create' }, { method: 'POST', ...json }, 'unsure pay/db'],
    [{ verb: 'patch', name: 'db' }, patched, 'unsure pay/db'],
    [{ verb: 'delete', name: 'db' }, { method: 'DELETE' }, 'unsure pay/db'],
    [{ verb: 'deletecollection' }, { method: 'DELETE' }, 'unsure pay/*'],
  ] as const)('finds it out from the cluster: %j', async (asked, raw, expected) => {
    const cache = new ToldCache();
    const failing = (code: 'OutcomeUnknown' | 'Conflict', more: object = {}) => {
      const error = new SallyportError(code, 'it may be so');
      return forwardWorld({ answering: throwing(error), cache }).ask(asked, { ...raw, ...more });
    };
    await expect(failing('Conflict')).rejects.toThrow('it may be so');
    const dryRun = failing('OutcomeUnknown', { query: [['dryRun', 'All']] });
    await expect(dryRun).rejects.toThrow('it may be so');
    expect(cache.told).toEqual([]);
    await expect(failing('OutcomeUnknown')).rejects.toThrow('it may be so');
    expect(cache.told).toEqual([expected]);
  });
});
