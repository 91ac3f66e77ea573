import { describe, expect, it } from 'vitest';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import { AuditNotWritten } from '../../../src/audit/audit-not-written.js';
import type { QueryParameter, RawStream } from '../../../src/core/forwarding.js';
import { Principal } from '../../../src/core/principal.js';
import type { TokenScope } from '../../../src/core/token-scope.js';
import type { ApiResourceRequest } from '../../../src/kubectl/domain/facade.js';
import { NamespaceViews } from '../../../src/kubectl/namespace-views.js';
import { AskedRights, standingRights } from '../access/rights.builder.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { callContext } from '../audit/audit-builders.js';
import { callsOver } from '../calls/calls.builder.js';
import { auditOver } from '../audit/trail.builder.js';
import {
  AnsweringUpstream,
  chunksOf,
  jsonAnswer,
  rawRequest,
  resourceRequest,
  textOf,
} from './facade.builder.js';

const objectOf = (name: string) => ({ metadata: { name } });
const list = (...names: readonly string[]) => {
  const metadata = { resourceVersion: '9', continue: 'x', remainingItemCount: 3 };
  return jsonAnswer({ kind: 'NamespaceList', metadata, items: names.map(objectOf) });
};
const eventOf = (name: string) =>
  `${JSON.stringify({ type: 'ADDED', object: { kind: 'Namespace', ...objectOf(name) } })}\n`;

interface Wishes {
  readonly isAllowed?: boolean;
  readonly scope?: TokenScope;
  readonly isTrailFull?: boolean;
  readonly answering?: ConstructorParameters<typeof AnsweringUpstream>[0];
}

function world({ isAllowed = true, scope, isTrailFull = false, answering }: Wishes = {}) {
  const trail: KubernetesAuditEvent[] = [];
  const audit = auditOver((event) => {
    if (isTrailFull) throw new AuditNotWritten('full');
    return trail.push(event);
  });
  const calls = callsOver(audit);
  const access = new AskedRights(isAllowed);
  const upstream = new AnsweringUpstream(answering ?? (() => list('ops', 'pay')));
  const { standing, revoke } = standingRights(access);
  const views = new NamespaceViews({ calls, access, upstream, standing });
  const ask = (api: Partial<ApiResourceRequest>, query: readonly QueryParameter[] = []) => {
    const raw = rawRequest(['api', 'v1', 'namespaces'], { query });
    const ctx = callContext(scope && { principal: narrowed(scope) });
    return views.answer(ctx, { api: resourceRequest(api), raw });
  };
  return { ask, access, trail, upstream, standing, revoke };
}

function narrowed(scope: TokenScope): Principal {
  const token = { id: 't1', owner: 'alice', scope };
  return Principal.forUser({ username: 'alice', kind: 'token', credentialId: 't1', token });
}

const text = async (answer: unknown) => textOf((answer as RawStream).chunks);

describe('a caller who may', () => {
  it('gets a namespace, read by the gateway, on record', async () => {
    const one = jsonAnswer(objectOf('pay'));
    const { ask, access, trail, upstream } = world({ answering: () => one });
    expect(await ask({ verb: 'get', name: 'pay' })).toBe(one);
    const right = { verb: 'get', group: '', resource: 'namespaces', namespace: 'pay', name: 'pay' };
    expect(access.asked).toEqual([right]);
    expect(upstream.asked[0]).toMatchObject({ how: 'send', call: { as: 'self' } });
    expect(trail).toMatchObject([
      {
        verb: 'get',
        objectRef: { resource: 'namespaces', name: 'pay' },
        annotations: {
          'sallyport.dev/action': 'namespaces.list',
          'sallyport.dev/plane': 'self',
          'authorization.k8s.io/reason': 'because',
        },
      },
    ]);
  });

  it('lists them as the cluster does, page by page', async () => {
    const { ask, access, trail, upstream } = world();
    const query = [['limit', '2']] as const;
    const answer = await ask({ verb: 'list' }, query);
    expect(trail).toHaveLength(1);
    expect(await text(answer)).toBe(list('ops', 'pay').body.toString());
    expect(access.asked).toMatchObject([{ verb: 'list', namespace: '', name: '' }]);
    expect(upstream.asked[0]).toMatchObject({ how: 'open', request: { query } });
  });

  it('watches them until the cluster ends that, byte for byte', async () => {
    const { ask, access, standing, trail } = world({
      answering: () => chunksOf(eventOf('ops').slice(0, 9), eventOf('ops').slice(9)),
    });
    const answer = await ask({ verb: 'watch' });
    expect(trail).toMatchObject([{ verb: 'watch' }]);
    expect(access.asked).toMatchObject([{ verb: 'watch', namespace: '', name: '' }]);
    expect(standing.size).toBe(1);
    expect(await text(answer)).toBe(eventOf('ops'));
    expect(standing.size).toBe(0);
  });
});

describe('a caller who may not', () => {
  it.each([
    ['get', 'pay', 'namespaces "pay" is forbidden: User "alice" cannot get resource "namespaces"'],
    ['list', '', 'namespaces is forbidden: User "alice" cannot list resource "namespaces"'],
    ['watch', '', 'namespaces is forbidden: User "alice" cannot watch resource "namespaces"'],
  ] as const)('is refused to %s them as by the cluster', async (verb, name, message) => {
    const { ask, trail, upstream, standing } = world({ isAllowed: false });
    await expect(ask({ verb, name })).rejects.toMatchObject({
      code: 'Forbidden',
      message: expect.stringContaining(message),
    });
    expect(upstream.asked).toEqual([]);
    expect(standing.size).toBe(0);
    expect(trail).toMatchObject([{ annotations: { 'sallyport.dev/outcome': 'denied' } }]);
  });

  it.each(['create', 'update', 'patch', 'delete', 'deletecollection'] as const)(
    'nor anybody else can %s them here',
    async (verb) => {
      const { ask, upstream } = world();
      await expect(ask({ verb })).rejects.toMatchObject({ code: 'MethodNotAllowed' });
      expect(upstream.asked).toEqual([]);
    },
  );
});

describe('a watch', () => {
  /** Goes on until the call is ended, as that of an API server does. */
  async function* endless(signal: AbortSignal | undefined) {
    yield Buffer.from(eventOf('pay'));
    yield Buffer.from(eventOf('pay').slice(0, 9));
    const ended = new Error('ended by caller');
    if (signal?.aborted) throw ended;
    await new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(ended));
    });
  }

  it.each([{}, { scope: { namespaces: ['pay'] } }])(
    'ends like any other when the right is gone (%#)',
    async (wishes) => {
      const opened = world({ ...wishes, answering: ({ call }) => endless(call.signal) });
      const { chunks } = (await opened.ask({ verb: 'watch' })) as RawStream;
      const read: Buffer[] = [];
      for await (const chunk of chunks) {
        if (read.push(chunk) === 1) opened.revoke();
      }
      expect(read[0]?.toString()).toBe(eventOf('pay'));
      expect(opened.standing.size).toBe(0);
    },
  );

  it('that breaks off is no end', async () => {
    async function* broken() {
      yield Buffer.from(eventOf('pay'));
      throw new Error('connection lost');
    }
    const { ask, standing } = world({ answering: () => broken() });
    await expect(text(await ask({ verb: 'watch' }))).rejects.toThrow('connection lost');
    expect(standing.size).toBe(0);
  });

  it('that is not on record is ended, and its right let go', async () => {
    const { ask, upstream, standing } = world({
      isTrailFull: true,
      answering: () => chunksOf(eventOf('pay')),
    });
    await expect(ask({ verb: 'watch' })).rejects.toMatchObject({ code: 'Unavailable' });
    expect(upstream.asked[0]?.call.signal?.aborted).toBe(true);
    expect(standing.size).toBe(0);
  });

  it('that the cluster refuses lets its right go', async () => {
    const { ask, standing } = world({
      answering: () => {
        throw new SallyportError('Expired', 'too old');
      },
    });
    await expect(ask({ verb: 'watch' })).rejects.toMatchObject({ code: 'Expired' });
    expect(standing.size).toBe(0);
  });
});

describe('a token that is narrowed to namespaces', () => {
  const scope = { namespaces: ['pay*'] };
  const query = [
    ['limit', '500'],
    ['labelSelector', 'team'],
    ['continue', 'x'],
    ['includeObject', 'None'],
  ] as const;
  const whole = [['labelSelector', 'team']];

  it('gets these and no others', async () => {
    const { ask, upstream } = world({ scope, answering: () => jsonAnswer(objectOf('pay')) });
    expect(await ask({ verb: 'get', name: 'pay-test' })).toMatchObject({ status: 200 });
    await expect(ask({ verb: 'get', name: 'ops' })).rejects.toMatchObject({ code: 'Forbidden' });
    expect(upstream.asked).toHaveLength(1);
  });

  it('lists these as if there were no others', async () => {
    const { ask, upstream } = world({ scope, answering: () => list('ops', 'pay', 'web', 'pay-b') });
    const listed = JSON.parse(await text(await ask({ verb: 'list' }, query))) as object;
    expect(listed).toEqual({
      kind: 'NamespaceList',
      metadata: { resourceVersion: '9' },
      items: [objectOf('pay'), objectOf('pay-b')],
    });
    expect(upstream.asked[0]?.request.query).toEqual(whole);
  });

  it('lists rows of these', async () => {
    const rows = ['ops', 'pay'].map((name) => ({
      cells: [name],
      object: { kind: 'PartialObjectMetadata', ...objectOf(name) },
    }));
    const { ask } = world({ scope, answering: () => jsonAnswer({ kind: 'Table', rows }) });
    const listed = JSON.parse(await text(await ask({ verb: 'list' }))) as object;
    expect(listed).toEqual({ kind: 'Table', rows: [rows[1]] });
  });

  it('watches these', async () => {
    const events = [eventOf('ops'), eventOf('pay'), eventOf('web')];
    const { ask, upstream } = world({ scope, answering: () => chunksOf(...events) });
    expect(await text(await ask({ verb: 'watch' }, query))).toBe(eventOf('pay'));
    expect(upstream.asked[0]?.request.query).toEqual(whole);
  });

  it.each(['get', 'list', 'watch'] as const)(
    'is refused to %s where it is for keys',
    async (verb) => {
      const { ask, access } = world({ scope: { keys: ['password'] } });
      await expect(ask({ verb, name: 'pay' })).rejects.toMatchObject({ code: 'Forbidden' });
      expect(access.asked).toEqual([]);
    },
  );
});
