import { describe, expect, it } from 'vitest';
import type { CallContext } from '../../../src/core/call-context.js';
import { RefusedByCluster } from '../../../src/core/errors/refused-by-cluster.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import type { RawStream } from '../../../src/core/forwarding.js';
import type { ApiResourceRequest } from '../../../src/kubectl/domain/facade.js';
import { callContext } from '../audit/audit-builders.js';
import { chunksOf, jsonAnswer, rawRequest, resourceRequest, textOf } from './facade.builder.js';
import { facadeParts, type FacadeWishes } from './served-facade.js';

const maps = { resource: 'configmaps', namespace: 'pay' };
const one = { ...maps, name: 'settings' };
const answered = jsonAnswer({ kind: 'ConfigMap' });
const refusal = new RefusedByCluster(new SallyportError('Forbidden', 'in ours'), answered);

function world(wishes: FacadeWishes = {}) {
  const parts = facadeParts({ answering: () => answered, ...wishes });
  const ask = (api: Partial<ApiResourceRequest>, ctx: Partial<CallContext> = {}) => {
    const request = { api: resourceRequest(api), raw: rawRequest(['as', 'it', 'came']) };
    return parts.resources.others(callContext(ctx), request);
  };
  const rotate = (api: Partial<ApiResourceRequest>) => {
    const kind = { group: 'sallyport.dev', version: 'v1alpha1', resource: 'secretrotations' };
    const request = { api: resourceRequest({ ...kind, ...api }), raw: rawRequest(['rotation']) };
    return parts.resources.custom(callContext(), 'rotations', request);
  };
  const notes = () =>
    parts.trail.map(({ verb, stage, annotations }) => {
      const outcome = annotations['sallyport.dev/outcome'];
      return [verb, stage === 'RequestReceived' ? 'intent' : outcome].join(': ');
    });
  return { ...parts, ask, rotate, notes };
}

describe('a caller of a resource that an installation lets through', () => {
  it('reads it as himself, byte for byte, on record', async () => {
    const { ask, notes, trail, upstream } = world();
    expect(await ask({ verb: 'get', ...one })).toBe(answered);
    expect(upstream.asked).toMatchObject([
      { how: 'send', call: { as: 'caller' }, request: rawRequest(['as', 'it', 'came']) },
    ]);
    expect(notes()).toEqual(['get: allowed']);
    expect(trail).toMatchObject([
      {
        objectRef: { resource: 'configmaps', namespace: 'pay', name: 'settings' },
        annotations: { 'sallyport.dev/action': 'kubectl.request' },
      },
    ]);
  });

  it.each(['create', 'update', 'patch', 'delete', 'deletecollection'] as const)(
    'changes it between an intent and an outcome (%s), with the status of the answer',
    async (verb) => {
      const { ask, notes, trail } = world({ answering: () => ({ ...answered, status: 201 }) });
      await ask({ verb, ...one });
      expect(notes()).toEqual([`${verb}: intent`, `${verb}: allowed`]);
      expect(trail[1]?.responseStatus).toEqual({ code: 201 });
    },
  );

  it('is on record as asking for no effect, in the query or in the options of a delete', async () => {
    const { resources, trail } = world();
    const raw = rawRequest(['as', 'it', 'came']);
    const body = Buffer.from('{"dryRun":["All"]}');
    const asked = [
      { verb: 'patch', raw: { ...raw, method: 'PATCH', query: [['dryRun', 'All']] } },
      { verb: 'delete', raw: { ...raw, method: 'DELETE', body } },
      { verb: 'delete', raw: { ...raw, method: 'DELETE' } },
    ] as const;
    for (const { verb, raw: sent } of asked) {
      await resources.others(callContext(), { api: resourceRequest({ verb, ...one }), raw: sent });
    }
    const marks = trail.map(({ annotations }) => annotations['sallyport.dev/marks']);
    expect(marks).toEqual(['dry-run', 'dry-run', 'dry-run', 'dry-run', undefined, undefined]);
  });

  it.each(['list', 'watch'] as const)('has a %s as it comes, on record before', async (verb) => {
    const bodies = ['{"kind"', ': "ConfigMapList"}'];
    const { ask, notes, standing, upstream } = world({ answering: () => chunksOf(...bodies) });
    const { chunks } = (await ask({ verb, ...maps })) as RawStream;
    expect(notes()).toEqual([`${verb}: allowed`]);
    expect(upstream.asked[0]?.how).toBe('open');
    expect(standing.size).toBe(verb === 'watch' ? 1 : 0);
    expect(await textOf(chunks)).toBe(bodies.join(''));
    expect(standing.size).toBe(0);
  });

  it.each(['list', 'watch'] as const)(
    'has no %s that cannot be written down, and it ends upstream',
    async (verb) => {
      const { ask, standing, upstream } = world({
        isTrailFull: true,
        answering: () => chunksOf('{}'),
      });
      await expect(ask({ verb, ...maps })).rejects.toMatchObject({ code: 'Unavailable' });
      expect(upstream.asked[0]?.call.signal?.aborted).toBe(true);
      expect(standing.size).toBe(0);
    },
  );

  it.each(['list', 'watch'] as const)('is cut off from a %s where his call ends', async (verb) => {
    const call = new AbortController();
    const { ask, upstream } = world({ answering: () => chunksOf('{}') });
    await ask({ verb, ...maps }, { signal: call.signal });
    expect(upstream.asked[0]?.call.signal?.aborted).toBe(false);
    call.abort();
    expect(upstream.asked[0]?.call.signal?.aborted).toBe(true);
  });

  it.each(['get', 'list', 'watch', 'patch'] as const)(
    "is refused in the cluster's words, and on record as denied (%s)",
    async (verb) => {
      const refusing = () => {
        throw refusal;
      };
      const { ask, notes } = world({ answering: refusing });
      await expect(ask({ verb, ...one })).rejects.toBe(refusal);
      expect(notes().at(-1)).toBe(`${verb}: denied`);
    },
  );

  it.each([
    ['get', 'other'],
    ['list', ''],
    ['watch', ''],
    ['patch', 'other'],
  ] as const)('is refused to %s in %j, which the gateway does not serve', async (...row) => {
    const [verb, namespace] = row;
    const { ask, notes, upstream } = world({ reach: 'served' });
    const refused = ask({ verb, ...one, namespace });
    await expect(refused).rejects.toMatchObject({ code: 'Forbidden' });
    expect(upstream.asked).toEqual([]);
    expect(notes().at(-1)).toBe(`${verb}: denied`);
  });
});

describe('a caller of rotations', () => {
  it('finds them in the trail by the name of their Secret', async () => {
    const { rotate, trail, upstream } = world();
    await rotate({ verb: 'get', namespace: 'pay', name: 'db' });
    await rotate({ verb: 'patch', namespace: 'pay', name: 'db' });
    expect(upstream.asked.map(({ call }) => call.as)).toEqual(['caller', 'caller']);
    const events = trail.map(({ objectRef, annotations }) => [
      annotations['sallyport.dev/action'],
      `${objectRef?.namespace}/${objectRef?.name}`,
    ]);
    expect(events).toEqual([
      ['rotations.get', 'pay/db'],
      ['rotations.update', 'pay/db'],
      ['rotations.update', 'pay/db'],
    ]);
  });
});
