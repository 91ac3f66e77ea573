import {
  postgresql,
  rotationsIn,
  secretRotation as rotation,
} from '../../support/rotation-manifests.js';
import { apply, get, jsonPatch, patch, post, put, tableType, type Scenario } from '../scenario.js';
import { forged, granted, nobody, ownScenario, writesOwn } from './own-resources.js';

const rotations = rotationsIn('{ns}');
const one = `${rotations}/one`;
const alice = { as: '{ns}-alice/team,"a,b"' };
const bob = { as: '{ns}-bob' };
const server = { host: 'db.example.com', adminSecret: { name: 'db-admin' } };
const allowedWorkloads = [
  { kind: 'Deployment', name: 'app' },
  { kind: 'DaemonSet', name: 'agent' },
];

const secretRule = (verb: string, ...resourceNames: readonly string[]) => {
  return { apiGroups: [''], resources: ['secrets'], verbs: [verb], resourceNames };
};

/** Refused, each for one reason. */
const wrong: readonly Readonly<Record<string, unknown>>[] = [
  { secretName: 'other' },
  { generate: [] },
  { generate: [{ key: 'a' }] },
  { generate: [{ key: 'a', uuid: {}, bytes: {} }] },
  { generate: [{ key: 'a/b', uuid: {} }] },
  { generate: ['a', 'a'].map((key) => ({ key, uuid: {} })) },
  { generate: [{ key: 'a', password: { length: 1 } }] },
  { generate: [{ key: 'a', keyPair: { algorithm: { name: 'Ed25519', bits: 2048 } } }] },
  { generate: [{ key: 'a', sshKeyPair: { algorithm: { name: 'RSA', curve: 'P-256' } } }] },
  { generate: [{ key: 'a', certificate: { algorithm: { name: 'RSA', bits: 1024 } } }] },
  {
    generate: ['a', 'b', 'c', 'd', 'e'].map((key) => {
      return { key, certificate: { ca: { secretName: 'ca' } } };
    }),
  },
  { target: {} },
  { target: { none: {}, webhook: { url: 'https://a', signingSecret: { name: 'a', key: 'b' } } } },
  { target: { webhook: { url: 'http://a', signingSecret: { name: 'a', key: 'b' } } } },
  { target: { mysql: server } },
  { target: { mysql: { ...server, username: 'a', usernames: ['a', 'b'] } } },
  { target: { redis: { ...server, usernames: ['a'] } } },
  { target: { redis: { ...server, usernames: ['a', 'a'] } } },
  { target: { mongodb: { ...server, username: 'a' } }, strategy: 'alternatingUsers' },
  { strategy: 'sometimes' },
  { schedule: {} },
  { schedule: { cron: '0 3 * * 0', every: '30d' } },
  { schedule: { every: '30d', timeZone: 'Europe/Berlin' } },
  { schedule: { every: '30 days' } },
  { consumers: { restart: 'auto', workloads: [{ kind: 'Deployment', name: 'a' }] } },
  { consumers: { workloads: [{ kind: 'Job', name: 'a' }] } },
  { consumers: { workloads: [] } },
  { target: { postgresql: { ...server, username: 'a' } } },
  { historyLimit: 0 },
  { adopt: 'a'.repeat(257) },
];

const right: readonly Readonly<Record<string, unknown>>[] = [
  {
    target: postgresql('db-admin'),
    strategy: 'singleUser',
    schedule: { every: '30d', jitter: '1h30m' },
  },
  { target: { mysql: { ...server, usernames: ['a', 'b'] } }, strategy: 'alternatingUsers' },
  { target: { mongodb: { ...server, username: 'root' } }, consumers: {} },
  {
    target: { redis: { ...server, username: 'a' } },
    surplus: true,
    consumers: { restart: 'auto' },
  },
  { target: { webhook: { url: 'https://a', signingSecret: { name: 'a', key: 'b' } } } },
  { generate: [{ key: 'tls.key', certificate: { dnsNames: ['a'], lifetime: '90d' } }] },
];

export const secretRotationScenarios: readonly Scenario[] = [
  ownScenario(
    'rotations are checked and completed as their definition says',
    ...wrong.map((spec) => post(422, rotations, rotation('bad', spec))),
    post(422, rotations, { ...rotation('bad'), spec: undefined }),
    post(422, rotations, { ...rotation('bad'), spec: 'text' }),
    ...right.map((spec, index) => post(201, rotations, rotation(`right-${index}`, spec))),
    post(201, rotations, rotation('one')),
    patch(422, one, { spec: { target: { redis: { ...server, username: 'a' } } } }),
    patch(422, one, { spec: { strategy: 'alternatingUsers' } }),
    patch(200, one, { spec: { target: { none: null, redis: { ...server, username: 'a' } } } }),
    patch(200, `${one}/status`, {
      status: {
        target: 'redis',
        state: 'succeeded',
        versions: { current: 3 },
        nextRunTime: '2026-11-30T00:00:00Z',
      },
    }),
    patch(422, `${one}/status`, { status: { conditions: [{ type: 'Ready', status: 'Perhaps' }] } }),
    get(200, rotations, { headers: { accept: tableType } }),
  ),
  ownScenario(
    'the author of a rotation is whoever wrote its spec',
    ...granted('bob', writesOwn),
    ...granted('alice', writesOwn, secretRule('update', 'one', 'two', 'made')),
    {
      ...post(201, `${rotations}?dryRun=All`, rotation('one', {}, { annotations: forged }), alice),
      untilStatus: 201,
    },
    post(201, rotations, rotation('one', {}, { annotations: forged }), alice),
    post(201, rotations, rotation('two'), alice),
    patch(200, one, { metadata: { annotations: { ...forged, other: 'kept' } } }, undefined, bob),
    patch(200, one, { metadata: { annotations: null } }, undefined, bob),
    patch(200, one, [{ op: 'remove', path: '/metadata/annotations' }], jsonPatch, bob),
    patch(200, `${one}?dryRun=All`, { metadata: { annotations: forged } }, undefined, bob),
    get(200, one, { save: 'one' }),
    put(
      200,
      one,
      {
        ...rotation('one', { historyLimit: 10 }),
        metadata: { name: 'one', resourceVersion: '{one.metadata.resourceVersion}' },
      },
      bob,
    ),
    apply(200, one, rotation('one', {}, { annotations: forged }), 'bob', {
      ...bob,
      isForced: true,
    }),
    apply(200, one, rotation('one'), 'bob', { ...bob, isForced: true }),
    patch(
      200,
      `${one}/status`,
      { metadata: { annotations: forged }, status: { state: 'running' } },
      undefined,
      bob,
    ),
    patch(
      200,
      one,
      { metadata: { labels: { a: 'b' }, finalizers: ['example.com/one'] } },
      undefined,
      bob,
    ),
    apply(403, `${rotations}/made`, rotation('made'), 'bob', bob),
    apply(201, `${rotations}/made`, rotation('made', {}, { annotations: forged }), 'alice', alice),
    apply(200, `${rotations}/made`, rotation('made', { suspend: true }), 'alice', alice),
    patch(200, one, { spec: { adopt: 'by the admin' } }),
    get(200, rotations),
  ),
  ownScenario(
    'whoever writes a rotation needs the rights of what it does',
    ...granted(
      'alice',
      writesOwn,
      secretRule('update', 'one', 'unread'),
      secretRule('get', 'one', 'db-admin', 'db-ca', 'key', 'ca-0', 'ca-2'),
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] },
      {
        apiGroups: ['apps'],
        resources: ['daemonsets'],
        verbs: ['patch'],
        resourceNames: ['agent'],
      },
    ),
    {
      ...post(
        201,
        `${rotations}?dryRun=All`,
        rotation('one', { target: postgresql('db-admin') }),
        alice,
      ),
      untilStatus: 201,
    },
    ...refusedSpecs().flatMap((spec) => [
      post(403, `${rotations}?dryRun=All`, rotation('one', spec), alice),
      post(403, rotations, rotation('one', spec), alice),
      apply(403, one, rotation('one', spec), 'alice', alice),
    ]),
    post(403, rotations, rotation('other'), alice),
    post(403, rotations, rotation('unread', { target: postgresql('db-admin') }), alice),
    post(201, rotations, rotation('unread'), alice),
    post(201, rotations, rotation('one', { target: postgresql('db-admin') }), alice),
    post(409, rotations, rotation('one', { target: postgresql('db-admin') }), alice),
    ...refusedSpecs().map((spec) => patch(403, one, replacing(spec), jsonPatch, alice)),
    patch(200, one, { spec: { consumers: { workloads: allowedWorkloads } } }, undefined, alice),
    patch(200, one, { metadata: { labels: { a: 'b' } } }, undefined, nobody),
    patch(200, one, { spec: { historyLimit: 10 } }, undefined, nobody),
    patch(403, one, { spec: { historyLimit: 11 } }, undefined, nobody),
    get(200, one),
  ),
];

function replacing(spec: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(spec).map(([name, value]) => ({ op: 'add', path: `/spec/${name}`, value }));
}

/** Each needs a right that alice has not. */
function refusedSpecs(): readonly Readonly<Record<string, unknown>>[] {
  const signedBy = (...names: readonly string[]) => ({
    generate: names.map((secretName, index) => {
      return { key: `tls-${index}`, certificate: { ca: { secretName } } };
    }),
  });
  const tls = (name: string) => ({ tls: { caSecret: { name, key: 'ca.crt' } } });
  const key = { name: 'key', key: 'key' };
  const webhook = { url: 'https://a', signingSecret: key };
  const sets = { kind: 'StatefulSet', name: 'db' };
  return [
    { target: postgresql('other-admin') },
    { target: postgresql('db-admin', tls('other-ca')) },
    {
      target: {
        webhook: { ...webhook, signingSecret: { ...key, name: 'other' } },
      },
    },
    { target: { webhook: { ...webhook, ...tls('other-ca') } } },
    signedBy('ca-0', 'ca-1'),
    signedBy('ca-1'),
    signedBy('ca-0', 'ca-2', 'ca-0', 'ca-3'),
    { consumers: { restart: 'auto' } },
    { consumers: { workloads: [sets] } },
    { consumers: { workloads: [...allowedWorkloads, { kind: 'DaemonSet', name: 'other' }] } },
    {
      consumers: {
        workloads: [...allowedWorkloads, ...allowedWorkloads].map((it, index) => ({
          ...it,
          name: `${it.name}-${index}`,
        })),
      },
    },
  ];
}
