import {
  externalStore as store,
  externalStores as stores,
  secretSync as sync,
  syncsIn,
} from '../../support/sync-manifests.js';
import { del, get, patch, post, type Scenario, tableType } from '../scenario.js';
import { forged, granted, nobody, ownScenario, writesOwn } from './own-resources.js';

type Members = Readonly<Record<string, unknown>>;

const syncs = syncsIn('{ns}');
const one = `${syncs}/one`;
const alice = { as: '{ns}-alice' };
const auth = { jwt: { role: 'sync', audience: 'openbao' } };
// The session replaces names in braces.
const allowed = { namespaces: ['pay'], prefix: 'k8s/', directions: ['push'] };
const named = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

/** Refused, each for one reason. */
const wrongSyncs: readonly Members[] = [
  { secretName: undefined },
  { secretName: 'A' },
  { storeName: undefined },
  { serviceAccountName: '' },
  { remote: undefined },
  { remote: { name: 'a//b' } },
  { remote: { name: '/a' } },
  { remote: { name: 'a'.repeat(513) } },
  { remote: { name: 'a', format: 'text' } },
  { remote: { name: 'a', format: 'perKey' } },
  { remote: { name: 'a', takeOverFrom: 'a b' } },
  { direction: undefined },
  { direction: 'up' },
  { direction: 'push', firstSync: 'pull' },
  { direction: 'pull', firstSync: 'push' },
  { firstSync: 'ask' },
  { onConflict: 'ask' },
  { onDelete: 'ask' },
  { keys: [] },
  { keys: [{ remote: 'a' }] },
  { keys: [{ name: 'a' }, { name: 'a', remote: 'b' }] },
  { keys: [{ name: 'a', remote: '' }] },
  { keys: named(101).map((name) => ({ name })) },
  { adopt: 'a'.repeat(257) },
];

const wrongStores: readonly Members[] = [
  { openbao: undefined },
  { openbao: { auth } },
  { openbao: { url: 'http://bao.example', auth } },
  { openbao: { url: 'https://user@bao.example', auth } },
  { openbao: { url: 'https://bao.example?a', auth } },
  { openbao: { url: 'https://bao.example' } },
  { openbao: { url: 'https://bao.example', auth: {} } },
  { openbao: { url: 'https://bao.example', auth, mount: '../sys' } },
  { openbao: { url: 'https://bao.example', auth, caSecret: { name: 'ca' } } },
  { allow: [{ ...allowed, namespaces: [] }] },
  { allow: [{ ...allowed, namespaces: ['a', 'a'] }] },
  { allow: [{ ...allowed, prefix: 'k8s' }] },
  { allow: [{ ...allowed, prefix: 'k8s//' }] },
  { allow: [{ ...allowed, directions: ['both'] }] },
  { allow: named(65).map((namespace) => ({ ...allowed, namespaces: [namespace] })) },
  { poll: 'often' },
];

/** Rights of the author of `sync`, and of one in the other direction. */
const authorRules = [
  {
    apiGroups: ['sallyport.dev'],
    resources: ['externalstores'],
    resourceNames: ['vault'],
    verbs: ['use'],
  },
  {
    apiGroups: [''],
    resources: ['serviceaccounts/token'],
    resourceNames: ['sallyport-sync'],
    verbs: ['create'],
  },
  { apiGroups: [''], resources: ['secrets'], resourceNames: ['read'], verbs: ['get'] },
  {
    apiGroups: [''],
    resources: ['secrets'],
    resourceNames: ['written'],
    verbs: ['create', 'patch'],
  },
  { apiGroups: [''], resources: ['secrets'], resourceNames: ['patched'], verbs: ['patch'] },
];
const read = { secretName: 'read' };
const written = { secretName: 'written', direction: 'pull' };

export const secretSyncScenarios: readonly Scenario[] = [
  ownScenario(
    'syncs are checked and completed as their definition says',
    ...wrongSyncs.map((spec) => post(422, syncs, sync('bad', spec))),
    post(422, syncs, { ...sync('bad'), spec: undefined }),
    post(201, syncs, sync('one', { surplus: 1, keys: [{ name: 'a' }] })),
    post(
      201,
      syncs,
      sync('keyed', { remote: { name: 'a', format: 'perKey' }, keys: [{ name: 'a' }] }),
    ),
    patch(422, `${syncs}/keyed`, { spec: { keys: null } }),
    patch(422, one, { spec: { firstSync: 'pull' } }),
    patch(200, one, { spec: { direction: 'both', firstSync: 'pull' } }),
    patch(200, `${one}/status`, {
      status: { state: 'InSync', surplus: 1, keys: [{ name: 'a', state: 'InSync' }] },
    }),
    patch(422, `${one}/status`, { status: { state: 'Perhaps' } }),
    patch(422, `${one}/status`, { status: { keys: [{ name: 'a', state: 'Lost' }] } }),
    get(200, syncs, { headers: { accept: tableType } }),
  ),
  ownScenario(
    'stores are checked and completed as their definition says',
    ...wrongStores.map((spec) => post(422, stores, store('{ns}-bad', spec))),
    post(201, stores, store('{ns}-one', { surplus: 1, allow: [allowed] })),
    patch(422, `${stores}/{ns}-one`, { spec: { poll: '1' } }),
    patch(200, `${stores}/{ns}-one`, { spec: { poll: '5m' } }),
    get(200, `${stores}/{ns}-one`),
    get(404, `${stores}/{ns}-one/status`),
    del(200, `${stores}/{ns}-one`),
  ),
  ownScenario(
    'the author of a sync needs the rights of what it uses, and cannot be forged',
    ...granted('alice', writesOwn, ...authorRules),
    { ...post(201, `${syncs}?dryRun=All`, sync('one', read), alice), untilStatus: 201 },
    ...[
      { ...read, storeName: 'other' },
      { ...read, serviceAccountName: 'default' },
      { secretName: 'written' },
      { ...read, direction: 'pull' },
      { ...read, direction: 'both' },
      { ...written, direction: 'both' },
      { ...written, secretName: 'patched' },
    ].map((spec) => post(403, syncs, sync('bad', spec), alice)),
    post(201, syncs, sync('pulls', written), alice),
    post(201, syncs, sync('one', read, { annotations: forged }), alice),
    patch(403, one, { spec: { storeName: 'other' } }, undefined, alice),
    patch(403, one, { spec: { onDelete: 'delete' } }, undefined, nobody),
    patch(200, one, { metadata: { annotations: { ...forged, other: 'kept' } } }, undefined, nobody),
    patch(200, one, { metadata: { labels: { a: 'b' } } }, undefined, nobody),
    patch(200, one, { spec: { adopt: 'by the admin' } }),
    get(200, syncs),
  ),
];
