import {
  importsIn,
  secretImport as imported,
  secretShare as share,
  sharesIn,
} from '../../support/share-manifests.js';
import { apply, get, jsonPatch, patch, post, tableType, type Scenario } from '../scenario.js';
import { forged, granted, nobody, ownScenario, writesOwn } from './own-resources.js';

type Members = Readonly<Record<string, unknown>>;

const shares = sharesIn('{ns}');
const imports = importsIn('{ns}');
const one = `${shares}/one`;
const alice = { as: '{ns}-alice/team,"a,b"' };
const revoked = { namespace: 'shop', revoked: true };
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

/** Refused, each for one reason. */
const wrongShares: readonly Members[] = [
  { secretName: undefined },
  { secretName: 'A' },
  { keys: [] },
  { keys: ['a', 'a'] },
  { keys: ['a/b'] },
  { keys: keysOf(17) },
  { to: [] },
  { to: [{ namespaceUID: 'a' }] },
  { to: [{ namespace: 'a.b' }] },
  { to: [{ namespace: 'a'.repeat(64) }] },
  { to: [{ namespace: 'shop', namespaceUID: '' }] },
  { to: [{ namespace: 'shop' }, { namespace: 'shop' }] },
  { to: keysOf(17).map((namespace) => ({ namespace })) },
  { to: [{ ...revoked, subjects: [] }] },
  { to: [{ ...revoked, subjects: [{ kind: 'Pod', name: 'a' }] }] },
  { to: [{ ...revoked, subjects: ['a', 'a'].map((name) => ({ kind: 'User', name })) }] },
  { to: [{ ...revoked, subjects: [{ kind: 'User', name: 'a\nb' }] }] },
  { to: [{ namespace: 'shop', revoked: 'yes' }] },
  { expiresAt: 'tomorrow' },
  { delivery: [] },
  { delivery: ['push'] },
  { delivery: ['live', 'live'] },
  { reshare: 'yes' },
  { onRecreate: 'ask' },
  { onRevoke: 'delete' },
  { adopt: 'a'.repeat(257) },
];

const wrongImports: readonly Members[] = [
  { from: undefined },
  { from: { share: 'db' } },
  { from: { namespace: 'pay' } },
  { keys: [] },
  { keys: [{ as: 'a' }] },
  { keys: [{ name: 'a' }, { name: 'a', as: 'b' }] },
  { keys: [{ name: 'a' }, { name: 'b', as: 'a' }] },
  { keys: [{ name: 'a', as: '' }] },
  { keys: keysOf(17).map((name) => ({ name })) },
  { target: {} },
  { target: { secretName: 'a', type: '' } },
  { repair: 'yes' },
];

export const secretShareScenarios: readonly Scenario[] = [
  ownScenario(
    'shares are checked and completed as their definition says',
    ...wrongShares.map((spec) => post(422, shares, share('bad', spec))),
    post(422, shares, { ...share('bad'), spec: undefined }),
    post(201, shares, share('one', { surplus: 1, expiresAt: '2027-01-31T00:00:00Z' })),
    post(201, shares, share('revoked', { to: [{ namespace: 'a' }, revoked], revoked: true })),
    ...[
      { revoked: false },
      { revoked: null },
      { to: [{ namespace: 'shop' }, { namespace: 'a' }] },
      { to: [{ ...revoked, revoked: false }] },
      { secretName: 'other' },
      // Of errors in two members, the API server tells in any order.
      { revoked: false, to: [{ namespace: 'shop' }] },
      { secretName: 'other', keys: [] },
    ].map((spec) => patch(422, `${shares}/revoked`, { spec })),
    patch(200, `${shares}/revoked`, { spec: { to: [{ namespace: 'a' }] } }),
    patch(200, one, { spec: { to: [revoked], delivery: ['live', 'copy'] } }),
    patch(200, `${one}/status`, {
      status: {
        state: 'Active',
        secretUID: 'u',
        surplus: 1,
        consumers: [{ namespace: 'shop', imports: 1, since: '2026-11-30T00:00:00Z' }],
      },
    }),
    patch(409, `${one}/status`, {
      metadata: { resourceVersion: '1' },
      status: { state: 'Active' },
    }),
    patch(422, `${one}/status`, { status: { state: 'Perhaps' } }),
    patch(422, `${one}/status`, {
      status: { consumers: [{ namespace: 'a' }, { namespace: 'a' }] },
    }),
    get(200, shares, { headers: { accept: tableType } }),
  ),
  ownScenario(
    'imports are checked and completed as their definition says',
    ...wrongImports.map((spec) => post(422, imports, imported('bad', spec))),
    post(422, imports, { ...imported('bad'), spec: 'text' }),
    post(
      201,
      imports,
      imported('one', {
        keys: [
          { name: 'a', as: 'b' },
          { name: 'b', as: 'a' },
        ],
      }),
    ),
    ...[
      // One mistake in each: the API server reports several rules in a random order.
      { from: { share: 'other' } },
      { from: { namespace: 'other' } },
      { keys: [{ name: 'a' }, { name: 'b', as: 'a' }] },
    ].map((spec) => patch(422, `${imports}/one`, { spec })),
    patch(200, `${imports}/one`, { spec: { target: { secretName: 'a' } } }),
    ...[{ secretName: 'b' }, null].map((target) =>
      patch(422, `${imports}/one`, { spec: { target } }),
    ),
    patch(200, `${imports}/one`, { spec: { target: { type: 'example.com/a' }, repair: true } }),
    patch(200, `${imports}/one/status`, { status: { state: 'Ready', version: 3, surplus: 1 } }),
    patch(422, `${imports}/one/status`, { status: { state: 'Perhaps' } }),
    patch(422, `${imports}/one/status`, { status: { version: 0 } }),
    get(200, imports, { headers: { accept: tableType } }),
  ),
  ownScenario(
    'the author of a share needs the rights of what it shares, and cannot be forged',
    ...granted('alice', writesOwn, {
      apiGroups: ['sallyport.dev'],
      resources: ['secretkeys'],
      resourceNames: ['db/a', 'db/b', 'db/c'],
      verbs: ['get'],
    }),
    {
      ...post(201, `${shares}?dryRun=All`, share('one', { keys: ['a'] }), alice),
      untilStatus: 201,
    },
    ...[['d'], ['a', 'd'], ['a', 'b', 'd'], ['a', 'b', 'd', 'c'], keysOf(16)].flatMap((keys) => [
      post(403, `${shares}?dryRun=All`, share('one', { keys }), alice),
      apply(403, one, share('one', { keys }), 'alice', alice),
    ]),
    post(403, shares, share('one', { keys: ['a'], secretName: 'other' }), alice),
    post(403, shares, share('one', { keys: ['a'], to: [{ namespace: '{ns}' }] }), alice),
    post(403, shares, share('one', { to: [{ namespace: 'a' }, { namespace: '{ns}' }] })),
    post(201, shares, share('one', { keys: ['a', 'b', 'c'] }, { annotations: forged }), alice),
    patch(403, one, { spec: { keys: ['a', 'd'] } }, undefined, alice),
    patch(403, one, { spec: { onRevoke: 'rotate' } }, undefined, nobody),
    patch(200, one, { metadata: { annotations: { ...forged, other: 'kept' } } }, undefined, nobody),
    patch(200, one, [{ op: 'remove', path: '/metadata/annotations' }], jsonPatch, nobody),
    patch(200, one, { metadata: { labels: { a: 'b' } } }, undefined, nobody),
    patch(200, one, { spec: { adopt: 'by the admin' } }),
    get(200, shares),
  ),
  ownScenario(
    'the author of an import needs the rights of its target, and cannot be forged',
    ...granted('alice', writesOwn, {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['made', 'created'],
      verbs: ['create'],
    }),
    ...granted('bob', {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['made'],
      verbs: ['patch'],
    }),
    post(201, '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'alice-too' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'bob' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: '{ns}-alice' }],
    }),
    {
      ...post(
        201,
        `${imports}?dryRun=All`,
        imported('one', { target: { secretName: 'made' } }),
        alice,
      ),
      untilStatus: 201,
    },
    post(403, imports, imported('one', { target: { secretName: 'created' } }), alice),
    post(403, imports, imported('one', { target: { secretName: 'other' } }), alice),
    post(201, imports, imported('live', {}, { annotations: forged }), nobody),
    patch(403, `${imports}/live`, { spec: { target: { secretName: 'made' } } }, undefined, nobody),
    patch(200, `${imports}/live`, { spec: { target: { secretName: 'made' } } }, undefined, alice),
    patch(200, `${imports}/live`, { metadata: { annotations: forged } }, undefined, nobody),
    patch(403, `${imports}/live`, { spec: { repair: true } }, undefined, nobody),
    get(200, imports),
  ),
];
