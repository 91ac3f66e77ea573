import type { AuditAction } from '../../src/audit/domain/audit-event.js';
import type { Reach, ScopeCase } from './scope-expectations.js';

export interface GraphqlCase extends ScopeCase {
  readonly query: string;
  /** Values come by variables alone. */
  readonly variables?: object;
}

const RUN_ID = '00000000-0000-4000-8000-000000000000';
const db = 'namespace: "pay", name: "db"';
const input = `input: { ${db} }`;
/** The input of a dry run, with more members. */
const dry = (members: string) => `input: { ${members}, dryRun: true }`;
const metadata = ['secrets.get', 'secrets.reveal'] as const;

/** Without values, so that it can be opened by every gateway. */
const sealedSecret = `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: db }
spec: { encryptedData: {} }`;

type Actions = readonly [AuditAction, ...AuditAction[]];

const query = (reach: Reach, actions: Actions, text: string): GraphqlCase => {
  return { reach, actions, query: `{ ${text} }` };
};
const mutation = (reach: Reach, actions: Actions, text: string): GraphqlCase => {
  return { reach, actions, query: `mutation { ${text} }` };
};
const ofSecret = (reach: Reach, actions: Actions, text: string): GraphqlCase =>
  query(reach, actions, `secret(${db}) { ${text} }`);
/** Beside the Secret's metadata. */
const besideSecret = (actions: Actions, text: string): GraphqlCase => ({
  ...ofSecret('secret', actions, `name ${text}`),
  base: ['secrets.get'],
});
/** What is listed is shown as far as the scope goes, and so are its fields. */
const ofSummary = (actions: Actions, text: string): GraphqlCase => ({
  ...query('list', actions, `secrets { nodes { name ${text} } }`),
  base: ['secrets.list'],
});

const versions = 'versions { nodes { version } }';
const events = 'auditEvents { nodes { id } }';
const consumers = 'consumers { name }';
const rotation = 'rotation { target }';

/** By `Type.field`, of every field that is resolved by a call of its own, and of arguments. */
export const graphqlCases: Readonly<Record<string, GraphqlCase>> = {
  'Query.viewer': query('self', ['access.review'], 'viewer { username }'),
  'Query.can': query(
    'self',
    ['access.review'],
    `can(requests: [{ verb: "get", resource: "secrets", ${db} }]) { allowed }`,
  ),
  'Query.namespaces': query('namespaces', ['namespaces.list'], 'namespaces { nodes { name } }'),
  'Query.secret': ofSecret('secret', metadata, 'type'),
  'Query.secretsByName': query(
    'secret',
    metadata,
    'secretsByName(namespace: "pay", names: ["db"]) { type }',
  ),
  'Query.secrets': query('list', ['secrets.list'], 'secrets { nodes { name } }'),
  'Query.sealingCertificate': query('self', ['sealing.get'], 'sealingCertificate { pem }'),
  'Query.auditEvents': query('everything', ['audit.read'], events),
  'Query.auditCounts': query(
    'everything',
    ['audit.read'],
    'auditCounts(by: USER) { items { count } }',
  ),
  'Query.tokens': query('self', ['tokens.list'], 'tokens { nodes { id } }'),
  'Query.rotationRun': query(
    'secret',
    ['rotations.get'],
    `rotationRun(namespace: "pay", secret: "db", id: "${RUN_ID}") { state }`,
  ),

  'Query.share': query('secret', ['shares.get'], `share(${db}) { state }`),
  'Query.shares': query('namespace', ['shares.get'], 'shares(namespace: "pay") { nodes { name } }'),
  'Query.secretSchema': query('everything', ['schemas.get'], 'secretSchema(name: "tls") { etag }'),
  'Query.secretSchemas': query('everything', ['schemas.get'], 'secretSchemas { nodes { name } }'),
  'Query.schemaValidation': query(
    'everything',
    ['schemas.validate'],
    'schemaValidation(name: "tls") { valid }',
  ),
  'Query.localSecretSchema': query(
    'namespace',
    ['schemas.get'],
    `localSecretSchema(${db}) { etag }`,
  ),
  'Query.localSecretSchemas': query(
    'namespace',
    ['schemas.get'],
    'localSecretSchemas(namespace: "pay") { nodes { name } }',
  ),
  'Query.environment': query('secret', ['environments.get'], `environment(${db}) { etag }`),
  'SecretEnvironment.values': {
    ...query('secret', ['environments.reveal'], `environment(${db}) { name values { text } }`),
    base: ['environments.get'],
  },
  'Query.import': query('secret', ['imports.get'], `import(${db}) { state }`),
  'Query.imports': query(
    'namespace',
    ['imports.get'],
    'imports(namespace: "pay") { nodes { name } }',
  ),
  'Query.offeredShares': query(
    'namespace',
    ['imports.get'],
    'offeredShares(namespace: "pay") { nodes { keys } }',
  ),
  'SecretImport.values': {
    ...query('secret', ['imports.reveal'], `import(${db}) { name values { text } }`),
    base: ['imports.get'],
  },

  'Query.sync': query('secret', ['syncs.get'], `sync(${db}) { state }`),
  'Query.syncs': query('namespace', ['syncs.get'], 'syncs(namespace: "pay") { nodes { name } }'),
  'Query.store': query('everything', ['stores.get'], 'store(name: "db") { etag }'),
  'Query.stores': query('everything', ['stores.get'], 'stores { nodes { name } }'),

  'Secret.value': ofSecret('key', ['secrets.reveal'], 'value(key: "password")'),
  'Secret.value(pointer)': ofSecret(
    'key',
    ['secrets.reveal'],
    'value(key: "password", pointer: "/a")',
  ),
  'Secret.values': ofSecret('secret', ['secrets.reveal'], 'values { text }'),
  'Secret.versions': besideSecret(['versions.list'], versions),
  'Secret.auditEvents': besideSecret(['audit.read'], events),
  'Secret.consumers': ofSecret('secret', metadata, consumers),
  'Secret.rotation': besideSecret(['rotations.get'], rotation),
  'SecretSummary.versions': ofSummary(['versions.list'], versions),
  'SecretSummary.auditEvents': ofSummary(['audit.read'], events),
  'SecretSummary.consumers': ofSummary(metadata, consumers),
  'SecretSummary.rotation': ofSummary(['rotations.get'], rotation),
  'SecretRotation.runs': besideSecret(['rotations.get'], 'rotation { runs { nodes { id } } }'),
  'SecretVersion.diff': {
    ...besideSecret(['versions.get'], 'versions { nodes { diff { typeChanged } } }'),
    base: ['secrets.get', 'versions.list'],
  },

  'Mutation.createSecret': mutation(
    'secret',
    ['secrets.create'],
    `createSecret(${dry('namespace: "pay", name: "new"')}) { created }`,
  ),
  'Mutation.replaceSecret': {
    ...{ reach: 'secret', actions: ['secrets.update'] },
    query: `mutation($v: SecretMap) {
      replaceSecret(${dry(`${db}, stringData: $v`)}) { created } }`,
    variables: { v: { password: 'x' } },
  },
  'Mutation.patchSecret': {
    ...{ reach: 'key', actions: ['secrets.patch'] },
    query: `mutation($v: SecretMap) {
      patchSecret(${dry(`${db}, stringData: $v`)}) { created } }`,
    variables: { v: { password: 'x' } },
  },
  'Mutation.applySealedSecret': {
    ...{ reach: 'secret', actions: ['secrets.update'], variables: { v: sealedSecret } },
    query: `mutation($v: String!) {
      applySealedSecret(${dry('namespace: "pay", manifest: $v')}) { created } }`,
  },
  'Mutation.deleteSecret': mutation(
    'secret',
    ['secrets.delete'],
    `deleteSecret(${dry(db)}) { created }`,
  ),
  'Mutation.restoreSecretVersion': mutation(
    'secret',
    ['versions.restore'],
    `restoreSecretVersion(${dry(`${db}, version: "1"`)}) { created }`,
  ),
  'Mutation.deleteSecretVersion': mutation(
    'secret',
    ['versions.delete'],
    `deleteSecretVersion(input: { ${db}, version: "1" }) { version { state } }`,
  ),
  'Mutation.undeleteSecretVersion': mutation(
    'secret',
    ['versions.undelete'],
    `undeleteSecretVersion(input: { ${db}, version: "1" }) { version { state } }`,
  ),
  'Mutation.destroySecretVersion': mutation(
    'secret',
    ['versions.destroy'],
    `destroySecretVersion(input: { ${db}, version: "1" }) { version { state } }`,
  ),
  'Mutation.setVersionAlias': mutation(
    'secret',
    ['versions.update'],
    `setVersionAlias(input: { ${db}, alias: "a", version: "1" }) { version { state } }`,
  ),
  'Mutation.removeVersionAlias': mutation(
    'secret',
    ['versions.update'],
    `removeVersionAlias(input: { ${db}, alias: "a" }) { version { state } }`,
  ),
  'Mutation.restoreNamespace': mutation(
    'namespace',
    ['versions.restore'],
    `restoreNamespace(${dry('namespace: "pay", at: "2026-01-01T00:00:00Z"')}) { results { name } }`,
  ),
  'Mutation.setRotation': mutation(
    'rotation',
    ['rotations.update'],
    `setRotation(input: { ${db}, spec: { generate: [{ key: "password", password: {} }] } }) {
      rotation { target } }`,
  ),
  'Mutation.removeRotation': mutation(
    'secret',
    ['rotations.update'],
    `removeRotation(${input}) { removedId }`,
  ),
  'Mutation.startRotation': mutation(
    'secret',
    ['rotations.run'],
    `startRotation(${input}) { run { state } }`,
  ),
  'Mutation.cancelRotation': mutation(
    'secret',
    ['rotations.cancel'],
    `cancelRotation(input: { ${db}, id: "${RUN_ID}" }) { run { id } }`,
  ),
  'Mutation.retireRotation': mutation(
    'secret',
    ['rotations.retire'],
    `retireRotation(input: { ${db}, id: "${RUN_ID}" }) { run { id } }`,
  ),
  'Mutation.putSecretShare': mutation(
    'rotation',
    ['shares.update'],
    `putSecretShare(${dry(`${db}, spec: {
      secretName: "db", keys: ["password"], to: [{ namespace: "shop" }] }`)}) { created }`,
  ),
  'Mutation.deleteSecretShare': mutation(
    'secret',
    ['shares.update'],
    `deleteSecretShare(${dry(db)}) { deletedId }`,
  ),
  'Mutation.revokeSecretShare': mutation(
    'secret',
    ['shares.revoke'],
    `revokeSecretShare(${input}) { share { state } }`,
  ),
  'Mutation.putSecretImport': mutation(
    'rotation',
    ['imports.update'],
    `putSecretImport(${dry(`${db}, spec: { from: { namespace: "shop", share: "db" } }`)}) {
      created }`,
  ),
  'Mutation.deleteSecretImport': mutation(
    'secret',
    ['imports.update'],
    `deleteSecretImport(${dry(db)}) { deletedId }`,
  ),
  'Mutation.putSecretSync': mutation(
    'rotation',
    ['syncs.update'],
    `putSecretSync(${dry(`${db}, spec: { secretName: "db", storeName: "vault",
      serviceAccountName: "sync", remote: { name: "db" }, direction: BOTH }`)}) { created }`,
  ),
  'Mutation.deleteSecretSync': mutation(
    'secret',
    ['syncs.update'],
    `deleteSecretSync(${dry(db)}) { deletedId }`,
  ),
  'Mutation.runSecretSync': mutation(
    'secret',
    ['syncs.run'],
    `runSecretSync(${dry(db)}) { run { state } }`,
  ),
  'Mutation.resolveSecretSync': mutation(
    'rotation',
    ['syncs.resolve'],
    `resolveSecretSync(${dry(`${db}, prefer: CLUSTER`)}) { run { state } }`,
  ),
  'Mutation.putExternalStore': mutation(
    'rotation',
    ['stores.update'],
    `putExternalStore(${dry(`name: "db", spec: { openbao: { url: "https://bao.example",
      auth: { jwt: { role: "sync", audience: "openbao" } } } }`)}) { created }`,
  ),
  'Mutation.deleteExternalStore': mutation(
    'rotation',
    ['stores.update'],
    `deleteExternalStore(${dry('name: "db"')}) { deletedId }`,
  ),
  'Mutation.putSecretSchema': mutation(
    'everything',
    ['schemas.update'],
    `putSecretSchema(${dry('name: "db", spec: { appliesTo: { label: "login" }, mode: WARN }')}) {
      created }`,
  ),
  'Mutation.deleteSecretSchema': mutation(
    'everything',
    ['schemas.update'],
    `deleteSecretSchema(${dry('name: "db"')}) { deletedId }`,
  ),
  'Mutation.putLocalSecretSchema': mutation(
    'namespace',
    ['schemas.update'],
    `putLocalSecretSchema(${dry(`${db}, spec: { appliesTo: { label: "login" }, mode: WARN }`)}) {
      created }`,
  ),
  'Mutation.deleteLocalSecretSchema': mutation(
    'namespace',
    ['schemas.update'],
    `deleteLocalSecretSchema(${dry(db)}) { deletedId }`,
  ),
  'Mutation.putSecretEnvironment': mutation(
    'secret',
    ['environments.update'],
    `putSecretEnvironment(${dry(`${db}, spec: { values: [{ name: "A", value: "x" }] }`)}) {
      created }`,
  ),
  'Mutation.deleteSecretEnvironment': mutation(
    'secret',
    ['environments.update'],
    `deleteSecretEnvironment(${dry(db)}) { deletedId }`,
  ),
  'Mutation.createToken': mutation(
    'self',
    ['tokens.create'],
    'createToken(input: { description: "x", expiresInSeconds: 60 }) { secret }',
  ),
  'Mutation.revokeToken': mutation(
    'self',
    ['tokens.revoke'],
    'revokeToken(input: { id: "aaaaaaaaaaaaaaaa" }) { token { id } }',
  ),

  'Subscription.secretChanged': {
    ...{ reach: 'listOfNamespace', actions: ['secrets.watch'] },
    query: 'subscription { secretChanged(namespace: "pay") { type secret { name } } }',
  },
};
