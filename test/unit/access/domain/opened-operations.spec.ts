import { describe, expect, it } from 'vitest';
import { openedOperations } from '../../../../src/access/domain/opened-operations.js';
import {
  readKeyRights,
  secretRight,
  writeKeyRights,
} from '../../../../src/access/domain/secret-rights.js';
import { auditActions } from '../../../../src/audit/domain/audit-event.js';
import {
  customResources,
  virtualResources,
} from '../../../../src/kubectl/domain/virtual-resources.js';

const place = { namespace: 'pay', name: 'db' };
const db = { group: '', resource: 'secrets', ...place };
const ours = (verb: string, resource: string, name = 'db') => {
  return { verb, group: 'sallyport.dev', resource, namespace: 'pay', name };
};
const opened = (request: Parameters<typeof openedOperations>[0]) => openedOperations(request, []);

describe('a right that discovery publishes', () => {
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
  const published = [...virtualResources, ...customResources.map((one) => ({ ...one, verbs }))];
  const rights = published.flatMap(({ resource, verbs, subresources }) => [
    ...verbs.map((verb) => ours(verb, resource, '')),
    ...subresources.flatMap(({ subresource, verbs: made }) =>
      made.map((verb) => ({ ...ours(verb, resource, ''), subresource })),
    ),
  ]);

  it.each(rights)(
    'opens one operation of the audit trail: $verb $resource $subresource',
    (right) => {
      const [operation, ...others] = opened(right);
      expect(others).toEqual([]);
      expect(auditActions).toContain(operation?.call.action);
      expect(operation?.needs.length).toBeGreaterThan(0);
    },
  );
});

describe('the right to a key', () => {
  const name = 'db/password';
  it.each([
    ['get', 'secrets.reveal', readKeyRights(place, 'password')],
    ['update', 'secrets.update', writeKeyRights('update', place, 'password')],
    ['delete', 'secrets.update', writeKeyRights('delete', place, 'password')],
  ])('%s: is one of those that the operation asks for', (verb, action, rights) => {
    const call = { action, namespace: 'pay', secret: 'db', keys: ['password'], keysOnly: true };
    expect(opened(ours(verb, 'secretkeys', name))).toEqual([
      { call, needs: [rights], reach: 'reachable' },
    ]);
  });

  it('without a name is about every key', () => {
    const right = ours('update', 'secretkeys', '');
    expect(opened(right)).toMatchObject([
      {
        call: { action: 'secrets.update', namespace: 'pay' },
        needs: [[secretRight('patch', { namespace: 'pay', name: '' }), right]],
      },
    ]);
  });

  it.each(['db', 'db/', '/password', 'db/a/b'])('named %s is none', (odd) => {
    expect(opened(ours('get', 'secretkeys', odd))).toEqual([]);
  });
});

describe('a right to a custom resource', () => {
  const call = { namespace: 'pay', secret: 'db' };

  it.each([
    ['secretrotations', 'rotations'],
    ['secretshares', 'shares'],
    ['secretimports', 'imports'],
    ['secretsyncs', 'syncs'],
  ])('opens reads, writes and deletions by the name of the object: %s', (resource, prefix) => {
    for (const verb of ['get', 'list', 'watch']) {
      const right = ours(verb, resource);
      expect(opened(right)).toEqual([
        { call: { action: `${prefix}.get`, ...call }, needs: [[right]], reach: 'reachable' },
      ]);
    }
    for (const verb of ['create', 'update', 'patch']) {
      expect(opened(ours(verb, resource))[0]?.call).toEqual({
        action: `${prefix}.update`,
        ...call,
      });
    }
    for (const verb of ['delete', 'deletecollection']) {
      expect(opened(ours(verb, resource))[0]?.call).toEqual({
        action: `${prefix}.update`,
        ...call,
        deletesOnly: true,
      });
    }
  });

  it('revokes a share where the broker works', () => {
    const right = { ...ours('create', 'secretshares'), subresource: 'revoke' };
    expect(opened(right)).toEqual([
      { call: { action: 'shares.revoke', ...call }, needs: [[right]], reach: 'served' },
    ]);
  });
});

describe('a right to stores and to actions of a sync', () => {
  it.each(['run', 'resolve'] as const)('lets a caller %s a sync of a served namespace', (part) => {
    const right = { ...ours('create', 'secretsyncs'), subresource: part };
    const call = { action: `syncs.${part}`, namespace: 'pay', secret: 'db' };
    expect(opened(right)).toEqual([{ call, needs: [[right]], reach: 'served' }]);
  });

  it('opens no call by a right in one namespace: a store is in none', () => {
    for (const verb of ['get', 'list', 'create', 'update', 'delete']) {
      const right = { ...ours(verb, 'externalstores'), namespace: '' };
      expect(opened(right).map((one) => one.call.action)).toEqual([
        verb === 'get' || verb === 'list' ? 'stores.get' : 'stores.update',
      ]);
    }
    expect(opened(ours('use', 'externalstores', 'bao'))).toEqual([]);
  });
});

describe('a right to schemas', () => {
  const all = (namespace: string) => ({ ...db, verb: 'list', namespace, name: '' });

  it.each([
    ['get', 'schemas.get'],
    ['list', 'schemas.get'],
    ['watch', 'schemas.get'],
    ['delete', 'schemas.update'],
    ['deletecollection', 'schemas.update'],
  ])('of a namespace opens a call about all of it, not about a Secret: %s', (verb, action) => {
    const right = ours(verb, 'localsecretschemas');
    expect(opened(right)).toEqual([
      { call: { action, namespace: 'pay' }, needs: [[right]], reach: 'reachable' },
    ]);
  });

  it.each(['create', 'update', 'patch'])(
    'needs the right to list the Secrets for which it is written: %s',
    (verb) => {
      const local = ours(verb, 'localsecretschemas');
      expect(opened(local)).toMatchObject([
        { call: { action: 'schemas.update' }, needs: [[local], [all('pay')]] },
      ]);
      const cluster = { ...ours(verb, 'secretschemas'), namespace: '' };
      expect(opened(cluster)).toMatchObject([{ needs: [[cluster], [all('')]] }]);
    },
  );
});

describe('other rights', () => {
  it('to restore a retired version need the one to restore', () => {
    const retired = { ...ours('create', 'secretversions'), subresource: 'restore-retired' };
    const restore = { ...retired, subresource: 'restore' };
    expect(opened(retired)).toMatchObject([{ needs: [[restore], [retired]], reach: 'served' }]);
  });

  it('to the whole log are asked cluster-wide, as the log is', () => {
    const whole = { ...ours('get', 'auditlogs', ''), namespace: '' };
    expect(opened(ours('get', 'auditlogs'))).toMatchObject([{ needs: [[whole]] }]);
  });

  it('to one namespace are asked in it', () => {
    const right = { verb: 'get', group: '', resource: 'namespaces', namespace: '', name: 'pay' };
    expect(opened(right)).toMatchObject([{ needs: [[{ ...right, namespace: 'pay' }]] }]);
  });

  it('with the verb * open every operation of the resource', () => {
    const all = { ...db, verb: '*' };
    expect(opened(all).map(({ call }) => call.action)).toContain('secrets.patch');
    for (const { needs } of opened(all)) expect(needs).toEqual([[all]]);
  });

  it.each([
    { ...db, verb: 'get', subresource: 'status' },
    { ...db, verb: 'get', group: 'example.com' },
    { ...db, verb: 'escalate' },
    { ...db, verb: 'get', resource: '*' },
    { ...db, verb: 'get', resource: 'configmaps' },
    { ...db, verb: 'toString', resource: 'constructor' },
  ])('open nothing: %j', (right) => {
    expect(opened(right)).toEqual([]);
  });

  it('that an installation lets through are forwarded', () => {
    const configured = [{ group: 'apps', resource: 'deployments', subresource: 'scale' }];
    const right = { ...db, verb: 'update', group: 'apps', resource: 'deployments' };
    const scale = { ...right, subresource: 'scale' };
    expect(openedOperations(scale, configured)).toEqual([
      {
        call: { action: 'kubectl.request', namespace: 'pay' },
        needs: [[scale]],
        reach: 'reachable',
      },
    ]);
    expect(openedOperations(right, configured)).toEqual([]);
  });
});
