import { describe, expect, it, vi } from 'vitest';
import type { CallContext } from '../../../src/core/call-context.js';
import { Principal } from '../../../src/core/principal.js';
import type { TokenScope } from '../../../src/core/token-scope.js';
import type { ApiResourceRequest } from '../../../src/kubectl/domain/facade.js';
import { callContext } from '../audit/audit-builders.js';
import { jsonAnswer, rawRequest, resourceRequest } from './facade.builder.js';
import { facadeParts, type FacadeWishes } from './served-facade.js';

const answered = jsonAnswer({ kind: 'Secret' });

function world(wishes: FacadeWishes = {}) {
  const forward = vi.fn(async () => answered);
  const parts = facadeParts({ forward, ...wishes });
  const ask = (api: Partial<ApiResourceRequest>, ctx = callContext({ door: 'kubectl' })) =>
    parts.service.answer(ctx, { api: resourceRequest(api), raw: rawRequest(['as', 'it', 'came']) });
  const publish = (ctx: CallContext) => {
    const path = ['api'];
    const api = { kind: 'path', path } as const;
    return parts.service.answer(ctx, { api, raw: rawRequest(path) });
  };
  return { ...parts, ask, forward, publish };
}

function narrowed(scope: TokenScope): CallContext {
  const token = { id: 't1', owner: 'alice', scope };
  const identity = { username: 'alice', kind: 'token', credentialId: 't1', token } as const;
  return callContext({ door: 'kubectl', principal: Principal.forUser(identity) });
}

describe('a request of kubectl', () => {
  it('on Secrets goes through the door that every other goes through', async () => {
    const { ask, forward, trail, upstream } = world();
    const request = { verb: 'patch', resource: 'secrets', namespace: 'pay', name: 'db' } as const;
    const ctx = callContext({ door: 'kubectl' });
    expect(await ask(request, ctx)).toBe(answered);
    const raw = rawRequest(['as', 'it', 'came']);
    const { verb, namespace, name } = request;
    expect(forward).toHaveBeenCalledExactlyOnceWith(
      ctx,
      expect.objectContaining({ verb, namespace, name, raw }),
    );
    // That door writes it down.
    expect([trail, upstream.asked]).toEqual([[], []]);
  });

  it('on custom resources, namespaces and what is configured is answered and on record', async () => {
    const configured = [{ group: '', resource: 'configmaps', subresource: '' }];
    const { ask, forward, trail, upstream } = world({ configured });
    const rotations = { group: 'sallyport.dev', version: 'v1alpha1', resource: 'secretrotations' };
    await ask({ ...rotations, namespace: 'pay', name: 'db' });
    await ask({ ...rotations, resource: 'secretshares', namespace: 'pay', name: 'db' });
    await ask({ ...rotations, resource: 'secretimports', namespace: 'pay', name: 'db' });
    await ask({ resource: 'namespaces', namespace: 'pay', name: 'pay' });
    await ask({ resource: 'configmaps', namespace: 'pay', name: 'settings' });
    const actions = trail.map(({ annotations }) => annotations['sallyport.dev/action']);
    expect(actions).toEqual([
      'rotations.get',
      'shares.get',
      'imports.get',
      'namespaces.list',
      'kubectl.request',
    ]);
    const identities = upstream.asked.map(({ call }) => call.as);
    expect(identities).toEqual(['caller', 'caller', 'caller', 'self', 'caller']);
    expect(forward).not.toHaveBeenCalled();
  });
});

describe('a request for anything else', () => {
  const pod = { resource: 'pods', namespace: 'pay', name: 'web-1' };
  const role = { group: 'rbac.authorization.k8s.io', resource: 'roles', namespace: 'pay' };

  it.each([
    ['get', pod, '', /serves Secrets.*pods.*kubectl\.resources/],
    ['list', { resource: 'nodes' }, '', /serves Secrets.*nodes/],
    ['create', role, '', /roles\.rbac\.authorization\.k8s\.io/],
    ['create', pod, 'exec', /pods\/exec is never passed/],
    ['create', { resource: 'serviceaccounts', namespace: 'pay', name: 'app' }, 'token', /never/],
    ['create', { group: 'authentication.k8s.io', resource: 'tokenreviews' }, '', /never/],
  ] as const)('is refused and told what to do (%s %o %s)', async (...row) => {
    const [verb, object, subresource, sentence] = row;
    const { ask, forward, trail, upstream } = world();
    await expect(ask({ verb, ...object, subresource })).rejects.toMatchObject({
      code: 'Forbidden',
      message: expect.stringMatching(sentence),
    });
    expect(upstream.asked).toEqual([]);
    expect(forward).not.toHaveBeenCalled();
    const { group, resource, namespace, name } = resourceRequest(object);
    const { objectRef, annotations, ...event } = trail[0]!;
    expect(trail).toHaveLength(1);
    expect(event).toMatchObject({ verb, responseStatus: { code: 403 } });
    expect(objectRef).toEqual({
      resource: subresource === '' ? resource : `${resource}/${subresource}`,
      apiVersion: 'v1',
      ...(group !== '' && { apiGroup: group }),
      ...(namespace !== '' && { namespace }),
      ...(name !== '' && { name }),
    });
    expect(annotations).toMatchObject({
      'sallyport.dev/action': 'kubectl.request',
      'sallyport.dev/outcome': 'denied',
      'authorization.k8s.io/reason': expect.stringMatching(sentence),
    });
  });

  it('is not even refused without a record', async () => {
    const { ask } = world({ isTrailFull: true });
    await expect(ask(pod)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('is refused by its scope to a token that is for something else', async () => {
    const { ask, trail } = world();
    await expect(ask(pod, narrowed({ actions: ['read'] }))).rejects.toMatchObject({
      code: 'Forbidden',
      message: expect.stringContaining('kubectl.request is not in actions'),
    });
    expect(trail).toHaveLength(1);
  });
});

describe('what the cluster publishes', () => {
  it.each([{}, { keys: ['password'] }, { actions: ['secrets.get'] }, { namespaces: ['ops'] }])(
    'is open to a token that is narrowed to %j, and on no record',
    async (scope) => {
      const { publish, trail } = world();
      expect(await publish(narrowed(scope))).toMatchObject({ status: 200 });
      expect(trail).toEqual([]);
    },
  );

  it.each([{ actions: [] }, { cidrs: ['192.0.2.0/24'] }])(
    'is closed to one that opens nothing here: %j',
    async (scope) => {
      const { publish, upstream } = world();
      await expect(publish(narrowed(scope))).rejects.toMatchObject({ code: 'Forbidden' });
      expect(upstream.asked).toEqual([]);
    },
  );
});
