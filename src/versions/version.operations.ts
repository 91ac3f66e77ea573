import { z } from 'zod';
import { requestSchema } from '../core/api-schema.js';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { continueSchema, noQuery, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
import {
  namespaceSchema,
  ruled,
  secretNameSchema,
  versionPattern,
  versionSchema,
} from '../secrets/domain/parameter-schemas.js';
import { aliasReason, versionReferenceReason } from '../secrets/domain/version-reference.js';
import {
  diffSchema,
  namespaceRestoreSchema,
  versionListSchema,
  versionResultSchema,
  versionViewSchema,
} from './version.schemas.js';

const secretParams = { namespace: namespaceSchema, name: secretNameSchema };
const secret = z.strictObject(secretParams);
const item = z.strictObject({ ...secretParams, version: versionSchema });
const aliasSchema = ruled(aliasReason, {
  description: 'Name for a version; `current`, `previous` and `pending` belong to the gateway.',
  example: 'last-good',
  pattern: '^[a-z][a-z0-9-]{0,62}$',
});
const aliasItem = z.strictObject({ ...secretParams, alias: aliasSchema });
const bytesMax = 256 * 1024;

const path = '/v1/namespaces/:namespace/secrets/:name/versions';
const key = ['Idempotency-Key'] as const;
const writeProblems = ['NotFound', 'Invalid', 'Conflict', 'Destroyed', 'OutcomeUnknown'] as const;
const changed = [
  {
    status: 200,
    description: 'The version as it is now.',
    headers: ['Idempotent-Replayed'],
    schema: versionResultSchema,
  },
] as const;

export const listSecretVersions = defineOperation({
  id: 'listSecretVersions',
  tag: 'Versions',
  summary: 'List the versions of a Secret, newest first',
  description: 'Lists who made each version, when, how and why: never a value.',
  right: '`list secretversions`',
  method: 'GET',
  path,
  params: secret,
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) }),
  body: undefined,
  action: 'versions.list',
  problems: ['NotFound', 'Expired', 'Invalid'],
  answers: [
    {
      status: 200,
      description: 'A page of versions.',
      headers: ['Link'],
      schema: versionListSchema,
    },
  ],
});

export const getSecretVersion = defineOperation({
  id: 'getSecretVersion',
  tag: 'Versions',
  summary: 'Read what a version is, without its values',
  description: 'Reads one version. To read its values, read the Secret or key with `version`.',
  right: '`get secretversions`',
  method: 'GET',
  path: `${path}/:version`,
  params: item,
  query: noQuery,
  body: undefined,
  action: 'versions.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The version.', schema: versionViewSchema }],
});

export const diffSecretVersions = defineOperation({
  id: 'diffSecretVersions',
  tag: 'Versions',
  summary: 'Compare two versions: names and sizes, never values',
  description: 'Names the keys, labels and annotations that differ between two versions.',
  right: '`get secretversions`',
  method: 'GET',
  path: '/v1/namespaces/:namespace/secrets/:name/diff',
  params: secret,
  query: z.strictObject({
    from: versionSchema
      .optional()
      .meta({ description: 'First version; `previous` if absent.', examples: ['2'] }),
    to: versionSchema
      .optional()
      .meta({ description: 'Second version; `current` if absent.', examples: ['3'] }),
  }),
  body: undefined,
  action: 'versions.get',
  problems: ['NotFound', 'Invalid', 'Destroyed'],
  answers: [{ status: 200, description: 'What differs.', schema: diffSchema }],
});

export const deleteSecretVersion = defineOperation({
  id: 'deleteSecretVersion',
  tag: 'Versions',
  summary: 'Delete a version that is not the present one; it can be undeleted',
  description: 'Hides the values of a version. It can be undeleted until it is pruned.',
  right: '`delete secretversions`',
  method: 'DELETE',
  path: `${path}/:version`,
  params: item,
  query: writeQuery,
  headers: key,
  body: undefined,
  action: 'versions.delete',
  problems: writeProblems,
  answers: changed,
});

export const undeleteSecretVersion = defineOperation({
  id: 'undeleteSecretVersion',
  tag: 'Versions',
  summary: 'Take the deletion of a version back',
  description: 'Makes the values of a deleted version readable again.',
  right: '`create secretversions/restore`',
  method: 'POST',
  path: `${path}/:version/undelete`,
  params: item,
  query: writeQuery,
  headers: key,
  body: undefined,
  action: 'versions.undelete',
  problems: writeProblems,
  answers: changed,
});

export const destroySecretVersion = defineOperation({
  id: 'destroySecretVersion',
  tag: 'Versions',
  summary: 'Destroy the values of a version for good',
  description: 'Deletes the values of a version from the storage. Nobody can bring them back.',
  right: '`create secretversions/destroy`',
  method: 'POST',
  path: `${path}/:version/destroy`,
  params: item,
  query: writeQuery,
  headers: key,
  body: undefined,
  action: 'versions.destroy',
  problems: writeProblems,
  answers: changed,
});

const aliasPath = '/v1/namespaces/:namespace/secrets/:name/version-aliases/:alias';
const referenceSchema = z.union([
  z.int().min(1).max(999_999_999).transform(String),
  ruled(versionReferenceReason, {
    description: 'Number or alias of the version.',
    example: 'current',
    pattern: versionPattern,
  }),
]);
const aliasBody = requestSchema(
  'VersionAlias',
  z.strictObject({
    version: referenceSchema.meta({ description: 'The version: its number, or another alias.' }),
  }),
  { description: 'The version that gets the name.', example: { version: 3 } },
);

export const setVersionAlias = defineOperation({
  id: 'setVersionAlias',
  tag: 'Versions',
  summary: 'Give a version a name, or move the name to it',
  description: 'Names a version. The name stands for the version in every request.',
  right: '`update secretversions`',
  method: 'PUT',
  path: aliasPath,
  params: aliasItem,
  query: writeQuery,
  headers: key,
  body: { kind: 'json', mediaTypes: ['application/json'], schema: aliasBody, bytesMax },
  action: 'versions.update',
  problems: writeProblems,
  answers: changed,
});

export const removeVersionAlias = defineOperation({
  id: 'removeVersionAlias',
  tag: 'Versions',
  summary: 'Take a name from the version that has it',
  description: 'Removes a name. The version stays.',
  right: '`update secretversions`',
  method: 'DELETE',
  path: aliasPath,
  params: aliasItem,
  query: writeQuery,
  headers: key,
  body: undefined,
  action: 'versions.update',
  problems: writeProblems,
  answers: changed,
});

const namespaceRestoreBody = requestSchema(
  'NamespaceRestoreRequest',
  z.strictObject({
    at: z.iso.datetime({ offset: true }).meta({ description: 'Point in time (RFC 3339).' }),
    labelSelector: z
      .string()
      .max(8_192)
      .optional()
      .meta({ description: 'Restores only Secrets with these labels.' }),
  }),
  { description: 'Which state of a namespace.', example: { at: '2026-11-30T08:00:00Z' } },
);

export const restoreNamespace = defineOperation({
  id: 'restoreNamespace',
  tag: 'Versions',
  summary: 'Take the Secrets of a namespace back to a time; with dryRun, plan it',
  description:
    'Restores each Secret to the version that it had at that time. Secrets that did not exist ' +
    'then stay. With `dryRun=All`, the response is the plan.',
  right: '`create secretversions/restore` in the namespace',
  method: 'POST',
  path: '/v1/namespaces/:namespace/restore',
  params: z.strictObject({ namespace: namespaceSchema }),
  query: writeQuery,
  headers: key,
  body: { kind: 'json', mediaTypes: ['application/json'], schema: namespaceRestoreBody, bytesMax },
  action: 'versions.restore',
  problems: writeProblems,
  answers: [
    {
      status: 200,
      description: `What became of each Secret; at most ${limits.namespaceRestoreSecretsMax}.`,
      headers: ['Idempotent-Replayed'],
      schema: namespaceRestoreSchema,
    },
  ],
});
