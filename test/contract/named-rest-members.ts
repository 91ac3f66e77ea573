import { accessAnswerSchema, viewerSchema } from '../../src/access/access.operations.js';
import { auditCountsSchema, auditEventSchema } from '../../src/audit/audit-event.schema.js';
import { consumersSchema } from '../../src/consumers/consumers.operations.js';
import { policySchema, runSchema } from '../../src/rotation/rotation.schemas.js';
import { metadataSchema, writeResultSchema } from '../../src/secrets/secret.schemas.js';
import { offeredShareSchema } from '../../src/shares/offered-shares.schemas.js';
import { shareSchema } from '../../src/shares/shares.schemas.js';
import { syncRunSchema } from '../../src/sync/sync.schemas.js';
import { createdTokenSchema, tokenSchema } from '../../src/tokens/token.operations.js';
import {
  diffSchema,
  namespaceRestoreSchema,
  versionKeySchema,
  versionViewSchema,
} from '../../src/versions/version.schemas.js';

/** Members of REST that GraphQL has elsewhere, by the name of the schema. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  // Questions are answered in their order.
  AccessAnswer: ['verb', 'group', 'resource', 'subresource', 'namespace', 'name'],
  // Under `token` of the payload.
  CreatedToken: Object.keys(tokenSchema.shape),
  // Under `secret` of the payload.
  WriteResult: [...Object.keys(metadataSchema.shape), 'namespace', 'name'],
};

const pairs = [
  ['AccessAnswer', accessAnswerSchema, 'AccessAnswer'],
  ['Viewer', viewerSchema, 'Viewer'],
  ['AuditEvent', auditEventSchema, 'AuditEvent'],
  ['AuditCounts', auditCountsSchema, 'AuditCounts'],
  ['SecretConsumers', consumersSchema.shape.items.element, 'SecretConsumer'],
  ['RotationPolicy', policySchema, 'SecretRotation'],
  ['RotationRun', runSchema, 'RotationRun'],
  ['SecretMetadata', metadataSchema, 'SecretSummary'],
  ['SecretMetadata', metadataSchema, 'Secret'],
  ['WriteResult', writeResultSchema, 'PatchSecretPayload'],
  ['Token', tokenSchema, 'Token'],
  ['CreatedToken', createdTokenSchema, 'CreateTokenPayload'],
  ['SecretVersion', versionViewSchema, 'SecretVersion'],
  ['SecretVersionKey', versionKeySchema, 'SecretKey'],
  ['SecretVersionDiff', diffSchema, 'SecretDiff'],
  ['SecretShareConsumer', shareSchema.shape.consumers.element, 'ShareConsumer'],
  ['OfferedShare', offeredShareSchema, 'OfferedShare'],
  ['SecretSyncRun', syncRunSchema, 'SyncRun'],
  ['NamespaceRestore', namespaceRestoreSchema.shape.items.element, 'RestoreResult'],
] as const;

/** Schemas of responses of REST, and the types of GraphQL that mean the same. */
export const namedRestMembers = pairs.map(([name, { shape }, type]) => ({
  name,
  type,
  members: Object.keys(shape).filter((member) => elsewhere[name]?.includes(member) !== true),
}));
