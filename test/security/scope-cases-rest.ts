import type { Operation } from '../../src/core/operation.js';
import type { Call } from '../support/raw-http.js';
import type { ScopeCase } from './scope-expectations.js';

export interface RestCase extends ScopeCase {
  /** With which the operation succeeds. */
  readonly body?: object | Buffer;
  readonly query?: string;
}

const generate = [{ key: 'password', password: {} }];
const share = { secretName: 'db', keys: ['password'], to: [{ namespace: 'shop' }] };
const imported = { from: { namespace: 'shop', share: 'db' } };
const sync = {
  ...{ secretName: 'db', storeName: 'vault', serviceAccountName: 'sync', direction: 'both' },
  remote: { name: 'db' },
};
const auth = { jwt: { role: 'sync', audience: 'openbao' } };
const store = { openbao: { url: 'https://bao.example', auth } };
const schema = { appliesTo: { label: 'login' }, mode: 'warn' };
const value = { stringData: { password: 'x' } };
/** Without values, so that it can be opened by every gateway. */
const sealedSecret = {
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'db' },
  spec: { encryptedData: {} },
};
const dry = '?dryRun=All';
const metadata = ['secrets.get', 'secrets.reveal'] as const;
const noEvents = { items: [], kind: 'EventList', apiVersion: 'audit.k8s.io/v1' };
const question = { verb: 'get', resource: 'secrets', namespace: 'pay', name: 'db' };

/** By the id of the operation; a stream of events is a case of its own. */
export const restCases: Readonly<Record<string, RestCase>> = {
  whoami: { reach: 'self', actions: ['access.review'] },
  reviewAccess: { reach: 'self', actions: ['access.review'], body: { items: [question] } },
  getKubeconfig: { reach: 'self', actions: ['access.review'], query: '?tokenFile=token' },
  createToken: {
    ...{ reach: 'self', actions: ['tokens.create'] },
    body: { description: 'x', expiresInSeconds: 60 },
  },
  listTokens: { reach: 'self', actions: ['tokens.list'] },
  revokeToken: { reach: 'self', actions: ['tokens.revoke'] },

  listNamespaces: { reach: 'namespaces', actions: ['namespaces.list'] },
  listAllSecrets: { reach: 'list', actions: ['secrets.list'] },
  listSecrets: { reach: 'listOfNamespace', actions: ['secrets.list'] },
  'listSecrets, events': { reach: 'listOfNamespace', actions: ['secrets.watch'] },

  createSecret: {
    ...{ reach: 'secret', actions: ['secrets.create'], query: dry },
    body: { name: 'new', ...value },
  },
  getSecret: { reach: 'secret', actions: ['secrets.reveal'] },
  getSecretMetadata: { reach: 'secret', actions: metadata },
  replaceSecret: { reach: 'secret', actions: ['secrets.update'], query: dry, body: value },
  patchSecret: { reach: 'key', actions: ['secrets.patch'], query: dry, body: value },
  deleteSecret: { reach: 'secret', actions: ['secrets.delete'], query: dry },
  getSecretKey: { reach: 'key', actions: ['secrets.reveal'] },
  putSecretKey: {
    ...{ reach: 'key', actions: ['secrets.update'], query: dry },
    body: Buffer.from('x'),
  },
  deleteSecretKey: { reach: 'key', actions: ['secrets.update'], query: dry },
  getValues: { reach: 'key', actions: ['secrets.reveal'], query: '?secret=db/password' },
  listSecretConsumers: { reach: 'secret', actions: metadata },

  listSecretVersions: { reach: 'secret', actions: ['versions.list'] },
  getSecretVersion: { reach: 'secret', actions: ['versions.get'] },
  diffSecretVersions: { reach: 'secret', actions: ['versions.get'] },
  restoreSecretVersion: {
    ...{ reach: 'secret', actions: ['versions.restore'], query: dry },
    body: {},
  },
  deleteSecretVersion: { reach: 'secret', actions: ['versions.delete'] },
  undeleteSecretVersion: { reach: 'secret', actions: ['versions.undelete'] },
  destroySecretVersion: { reach: 'secret', actions: ['versions.destroy'] },
  setVersionAlias: { reach: 'secret', actions: ['versions.update'], body: { version: 1 } },
  removeVersionAlias: { reach: 'secret', actions: ['versions.update'] },
  restoreNamespace: {
    ...{ reach: 'namespace', actions: ['versions.restore'], query: dry },
    body: { at: '2026-01-01T00:00:00Z' },
  },

  getRotation: { reach: 'secret', actions: ['rotations.get'] },
  putRotation: { reach: 'rotation', actions: ['rotations.update'], body: { generate } },
  deleteRotation: { reach: 'secret', actions: ['rotations.update'] },
  listRotationRuns: { reach: 'secret', actions: ['rotations.get'] },
  startRotation: { reach: 'secret', actions: ['rotations.run'], body: {} },
  getRotationRun: { reach: 'secret', actions: ['rotations.get'] },
  cancelRotationRun: { reach: 'secret', actions: ['rotations.cancel'] },
  retireRotationRun: { reach: 'secret', actions: ['rotations.retire'] },

  listShares: { reach: 'namespace', actions: ['shares.get'] },
  getShare: { reach: 'secret', actions: ['shares.get'] },
  putShare: { reach: 'rotation', actions: ['shares.update'], query: dry, body: share },
  deleteShare: { reach: 'secret', actions: ['shares.update'], query: dry },
  revokeShare: { reach: 'secret', actions: ['shares.revoke'], body: {} },
  listImports: { reach: 'namespace', actions: ['imports.get'] },
  'listImports, events': { reach: 'namespace', actions: ['imports.watch'] },
  getImport: { reach: 'secret', actions: ['imports.get'] },
  putImport: { reach: 'rotation', actions: ['imports.update'], query: dry, body: imported },
  deleteImport: { reach: 'secret', actions: ['imports.update'], query: dry },
  getImportValues: { reach: 'secret', actions: ['imports.reveal'] },
  getImportKey: { reach: 'key', actions: ['imports.reveal'] },

  listSyncs: { reach: 'namespace', actions: ['syncs.get'] },
  getSync: { reach: 'secret', actions: ['syncs.get'] },
  putSync: { reach: 'rotation', actions: ['syncs.update'], query: dry, body: sync },
  deleteSync: { reach: 'secret', actions: ['syncs.update'], query: dry },
  runSync: { reach: 'secret', actions: ['syncs.run'], query: dry },
  resolveSync: {
    ...{ reach: 'rotation', actions: ['syncs.resolve'], query: dry },
    body: { prefer: 'cluster' },
  },
  listStores: { reach: 'everything', actions: ['stores.get'] },
  getStore: { reach: 'everything', actions: ['stores.get'] },
  putStore: { reach: 'rotation', actions: ['stores.update'], query: dry, body: store },
  deleteStore: { reach: 'rotation', actions: ['stores.update'], query: dry },

  listSchemas: { reach: 'everything', actions: ['schemas.get'] },
  getSchema: { reach: 'everything', actions: ['schemas.get'] },
  putSchema: { reach: 'everything', actions: ['schemas.update'], query: dry, body: schema },
  deleteSchema: { reach: 'everything', actions: ['schemas.update'], query: dry },
  validateBySchema: { reach: 'everything', actions: ['schemas.validate'], body: value },
  listLocalSchemas: { reach: 'namespace', actions: ['schemas.get'] },
  getLocalSchema: { reach: 'namespace', actions: ['schemas.get'] },
  putLocalSchema: { reach: 'namespace', actions: ['schemas.update'], query: dry, body: schema },
  deleteLocalSchema: { reach: 'namespace', actions: ['schemas.update'], query: dry },
  validateByLocalSchema: { reach: 'namespace', actions: ['schemas.validate'], body: value },

  listEnvironments: { reach: 'namespace', actions: ['environments.get'] },
  getEnvironment: { reach: 'secret', actions: ['environments.get'] },
  putEnvironment: {
    ...{ reach: 'secret', actions: ['environments.update'], query: dry },
    body: { values: {} },
  },
  deleteEnvironment: { reach: 'secret', actions: ['environments.update'], query: dry },
  getEnvironmentValues: { reach: 'secret', actions: ['environments.reveal'] },
  getEnvironmentKey: { reach: 'key', actions: ['environments.reveal'] },

  getSealingCertificate: { reach: 'self', actions: ['sealing.get'] },
  applySealedSecret: {
    ...{ reach: 'secret', actions: ['secrets.update'], query: dry },
    body: sealedSecret,
  },

  listAuditEvents: { reach: 'everything', actions: ['audit.read'] },
  countAuditEvents: { reach: 'everything', actions: ['audit.read'], query: '?by=user' },
  getAuditEvent: { reach: 'everything', actions: ['audit.read'] },
  getAuditEventProof: { reach: 'everything', actions: ['audit.read'] },
  getAuditConsistencyProof: { reach: 'everything', actions: ['audit.read'], query: '?from=0' },
  getAuditCheckpoint: { reach: 'everything', actions: ['audit.read'] },
  getAuditKeys: { reach: 'everything', actions: ['audit.read'] },
  getAuditTile: { reach: 'everything', actions: ['audit.read'] },
  exportAuditLog: { reach: 'everything', actions: ['audit.export'] },
  ingestKubernetesEvents: { reach: 'everything', actions: ['audit.ingest'], body: noEvents },
};

const RUN_ID = '00000000-0000-4000-8000-000000000000';

/** What must have a case: each operation, and its stream of events where it has one. */
export function restNames(operations: Iterable<Operation>): readonly string[] {
  return [...operations].flatMap(({ id, answers }) => {
    const isStream = answers.some(({ events }) => events !== undefined);
    return isStream ? [id, `${id}, events`] : [id];
  });
}

export function restCall({ method, path, body }: Operation, given: RestCase): Call {
  const item = path.includes('/tokens') ? 'a'.repeat(16) : path.includes('/runs') ? RUN_ID : '0';
  const target = path
    .replace(':namespace', 'pay')
    .replace(':name', 'db')
    .replace(':key', 'password')
    .replace(':version', '1')
    .replace(':alias', 'good')
    .replace('*', '0/000')
    .replace(':id', item);
  const [mediaType] = body?.mediaTypes ?? ['application/octet-stream'];
  const headers = body ? { 'content-type': mediaType } : {};
  return { method, path: `${target}${given.query ?? ''}`, headers, body: given.body };
}
