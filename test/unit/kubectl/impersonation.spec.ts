import { describe, expect, it, vi } from 'vitest';
import { AccessService, type ResourceRequest } from '../../../src/access/access.service.js';
import { forbiddenMessage } from '../../../src/access/domain/forbidden-message.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { childContext } from '../../../src/core/child-context.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { Principal } from '../../../src/core/principal.js';
import type { ImpersonationRequest } from '../../../src/kubectl/domain/impersonation-request.js';
import { Impersonation } from '../../../src/kubectl/impersonation.js';
import { callContext, principal } from '../audit/audit-builders.js';

interface Asked extends ResourceRequest {
  readonly by: string;
}

/** Says yes to everything but one name. */
class OneRefusal extends AccessService {
  readonly asked: Asked[] = [];
  readonly #refused: string | undefined;

  constructor(refused?: string) {
    super();
    this.#refused = refused;
  }

  override tracedBy(upstreamIds: string[]): AccessService {
    upstreamIds.push('review-1');
    return this;
  }

  override decide({ principal: by }: CallContext, right: ResourceRequest) {
    this.asked.push({ ...right, by: by.username });
    return Promise.resolve({ allowed: right.name !== this.#refused, reason: '' });
  }

  override async require(ctx: CallContext, right: ResourceRequest) {
    const { allowed, reason } = await this.decide(ctx, right);
    if (allowed) return { allowed, reason, right } as const;
    throw new SallyportError('Forbidden', forbiddenMessage(ctx.principal.username, right, reason));
  }
}

function world(refused?: string, uid: string | undefined = 'j1') {
  const access = new OneRefusal(refused);
  const uidOf = vi.fn(() => Promise.resolve<string | undefined>(uid));
  const record = vi.fn(() => Promise.resolve());
  const gone = new Map<string, AbortController>();
  const hold = vi.fn(({ principal: by }: CallContext, { name }: ResourceRequest) => {
    const controller = new AbortController();
    gone.set(`${by.username} as ${name}`, controller);
    return {
      signal: controller.signal,
      release: () => void gone.delete(`${by.username} as ${name}`),
    };
  });
  const parts = { access, standing: { hold }, accounts: { uidOf }, audit: { record } };
  return { impersonation: new Impersonation(parts), access, uidOf, record, gone };
}

const user = (more: object = {}): ImpersonationRequest => ({
  kind: 'user',
  username: 'carol',
  uid: '',
  groups: [],
  extra: {},
  ...more,
});
const job: ImpersonationRequest = { kind: 'serviceAccount', namespace: 'pay', name: 'job' };
const ctx = callContext({ door: 'kubectl' });
const forbidden = expect.objectContaining({ code: 'Forbidden', status: 403 }) as Error;

describe('a caller who acts as a user', () => {
  it('is asked for the verb impersonate on every part of him', async () => {
    const { impersonation, access } = world();
    const extra = { 'example.org/team': ['x', 'y'] };
    await impersonation.actAs(ctx, user({ uid: 'u1', groups: ['ops', 'dev'], extra }));
    const right = { by: 'alice', verb: 'impersonate', group: '', namespace: '' };
    const authentication = { ...right, group: 'authentication.k8s.io' };
    const subresource = 'example.org/team';
    expect(access.asked).toEqual([
      { ...right, resource: 'users', name: 'carol' },
      { ...authentication, resource: 'uids', name: 'u1' },
      { ...right, resource: 'groups', name: 'ops' },
      { ...right, resource: 'groups', name: 'dev' },
      { ...authentication, resource: 'userextras', subresource, name: 'x' },
      { ...authentication, resource: 'userextras', subresource, name: 'y' },
    ]);
  });

  it('goes on as that user, and stays known as who calls, in every part of the call', async () => {
    const { impersonation, record } = world();
    const extra = { 'example.org/team': ['x'] };
    const acting = await impersonation.actAs(ctx, user({ uid: 'u1', groups: ['ops'], extra }));
    expect(acting).toEqual({ ...ctx, principal: acting.principal, impersonator: ctx.principal });
    expect(acting.principal).toMatchObject({
      ...{ username: 'carol', uid: 'u1', groups: ['ops', 'system:authenticated'], extra },
      ...{ kind: 'oidc', credentialId: 'oidc:alice', scope: undefined },
    });
    expect(childContext(acting).impersonator).toBe(ctx.principal);
    expect(record).not.toHaveBeenCalled();
  });

  it('keeps what his token is narrowed to, and its end', async () => {
    const scope = { namespaces: ['pay'], actions: ['read'] };
    const token = { id: 't1', owner: 'bob', scope };
    const narrowed = Principal.forServiceAccount({
      ...{ namespace: 'pay', name: 'app', uid: 'a1', credentialId: 'sp:t1' },
      ...{ expiresAtMs: 5_000, token },
    });
    const kept = {
      credentialId: 'sp:t1',
      expiresAtMs: 5_000,
      scope,
      token: { id: 't1', owner: 'bob' },
    };
    for (const request of [user(), job]) {
      const acting = await world().impersonation.actAs({ ...ctx, principal: narrowed }, request);
      expect(acting.principal).toMatchObject({ ...kept, kind: 'token' });
    }
  });

  it.each([
    [
      'carol',
      'users "carol" is forbidden: User "alice" cannot impersonate resource "users" in API',
    ],
    ['ops', 'groups "ops" is forbidden: User "alice" cannot impersonate resource "groups"'],
    ['u1', 'uids.authentication.k8s.io "u1" is forbidden: User "alice" cannot impersonate'],
    ['x', 'cannot impersonate resource "userextras/example.org/team" in API group "authentication'],
  ])('is refused as the API server refuses it where %s is not his to be', async (name, words) => {
    const { impersonation, record } = world(name);
    const extra = { 'example.org/team': ['x'] };
    const request = user({ uid: 'u1', groups: ['dev', 'ops'], extra });
    const denial = expect.objectContaining({
      code: 'Forbidden',
      message: expect.stringContaining(words),
    }) as Error;
    await expect(impersonation.actAs(ctx, request)).rejects.toThrow(denial);
    expect(record).toHaveBeenCalledExactlyOnceWith(
      ctx,
      { action: 'kubectl.request' },
      {
        ...{ outcome: 'denied', code: 403, plane: 'self', upstreamIds: ['review-1'] },
        decisionReason: expect.stringContaining(words),
      },
    );
  });

  it.each([
    { username: 'system:admin' },
    { username: 'system:serviceaccount:pay' },
    { username: ' carol' },
    { groups: ['system:masters'] },
    { groups: ['dev\u00a0'] },
    { extra: { scopes: ['x'] } },
    { extra: { 'Example.org/x': ['x'] } },
    { uid: 'x'.repeat(257) },
  ])('never becomes %j, which is not even asked about', async (more) => {
    const { impersonation, access } = world();
    const badRequest = expect.objectContaining({ code: 'BadRequest' }) as Error;
    await expect(impersonation.actAs(ctx, user(more))).rejects.toThrow(badRequest);
    expect(access.asked).toEqual([]);
  });

  it('gets no answer where his denial cannot be written down', async () => {
    const { impersonation, record } = world('carol');
    record.mockRejectedValue(new SallyportError('Unavailable', 'no trail'));
    await expect(impersonation.actAs(ctx, user())).rejects.toThrow('no trail');
  });
});

describe('a caller who acts as a ServiceAccount', () => {
  it('needs the right on it in its namespace, and is the one that there is', async () => {
    const { impersonation, access } = world();
    const { principal: acting } = await impersonation.actAs(ctx, job);
    expect(access.asked).toEqual([
      {
        ...{ by: 'alice', verb: 'impersonate', group: '', resource: 'serviceaccounts' },
        ...{ namespace: 'pay', name: 'job' },
      },
    ]);
    expect(acting).toMatchObject({
      username: 'system:serviceaccount:pay:job',
      uid: 'j1',
      groups: expect.arrayContaining(['system:serviceaccounts:pay']),
      credentialId: 'oidc:alice',
    });
  });

  it('learns nothing of one that he may not be', async () => {
    const { impersonation, uidOf } = world('job');
    await expect(impersonation.actAs(ctx, job)).rejects.toThrow(forbidden);
    expect(uidOf).not.toHaveBeenCalled();
  });

  it('is refused, on record, where there is none: kubectl ignores a NotFound', async () => {
    const { impersonation, uidOf, record } = world();
    uidOf.mockResolvedValue(undefined);
    await expect(impersonation.actAs(ctx, job)).rejects.toThrow(forbidden);
    expect(record).toHaveBeenCalledOnce();
  });
});

describe('a stream of a caller who acts as somebody else', () => {
  it('ends when any part of him is no longer his to be', async () => {
    const { impersonation, gone } = world();
    const held = impersonation.hold(await impersonation.actAs(ctx, user({ groups: ['ops'] })));
    expect([...gone.keys()]).toEqual(['alice as carol', 'alice as ops']);
    expect(held.signal.aborted).toBe(false);
    gone.get('alice as ops')?.abort();
    expect(held.signal.aborted).toBe(true);
    held.release();
    expect(gone.size).toBe(0);
  });

  it('hangs on no such right where he acts as himself', () => {
    const { impersonation, gone } = world();
    const held = impersonation.hold({ ...ctx, principal: principal() });
    expect([held.signal.aborted, gone.size]).toEqual([false, 0]);
    held.release();
  });
});
