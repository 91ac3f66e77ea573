import { z } from 'zod';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { pageSizeSchema } from '../core/page.js';
import {
  namespaceSchema,
  ruled,
  secretNameSchema,
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
const aliasItem = z.strictObject({ ...secretParams, alias: ruled(aliasReason, 'Alias') });
const noQuery = z.strictObject({});
const writeQuery = z.strictObject({ dryRun: z.enum(['All']).optional() });
const bytesMax = 256 * 1024;

const path = '/v1/namespaces/:namespace/secrets/:name/versions';
const changed = [{ status: 200, description: 'As it is now', schema: versionResultSchema }];

export const listSecretVersions = defineOperation({
  id: 'listSecretVersions',
  summary: 'List the versions of a Secret, newest first',
  method: 'GET',
  path,
  params: secret,
  query: z.strictObject({
    limit: pageSizeSchema,
    continue: z.string().min(1).max(1_024).optional(),
  }),
  body: undefined,
  action: 'versions.list',
  answers: [{ status: 200, description: 'Metadata, never values', schema: versionListSchema }],
});

export const getSecretVersion = defineOperation({
  id: 'getSecretVersion',
  summary: 'Read what a version is, without its values',
  method: 'GET',
  path: `${path}/:version`,
  params: item,
  query: noQuery,
  body: undefined,
  action: 'versions.get',
  answers: [{ status: 200, description: 'Metadata, never values', schema: versionViewSchema }],
});

export const diffSecretVersions = defineOperation({
  id: 'diffSecretVersions',
  summary: 'Compare two versions: names and sizes, never values',
  method: 'GET',
  path: '/v1/namespaces/:namespace/secrets/:name/diff',
  params: secret,
  query: z.strictObject({
    from: versionSchema.optional().meta({ description: '`previous` by default' }),
    to: versionSchema.optional().meta({ description: '`current` by default' }),
  }),
  body: undefined,
  action: 'versions.get',
  answers: [{ status: 200, description: 'What leads from one to the other', schema: diffSchema }],
});

export const deleteSecretVersion = defineOperation({
  id: 'deleteSecretVersion',
  summary: 'Delete a version that is not the current one; it can be undeleted',
  method: 'DELETE',
  path: `${path}/:version`,
  params: item,
  query: writeQuery,
  body: undefined,
  action: 'versions.delete',
  answers: changed,
});

export const undeleteSecretVersion = defineOperation({
  id: 'undeleteSecretVersion',
  summary: 'Take the deletion of a version back',
  method: 'POST',
  path: `${path}/:version/undelete`,
  params: item,
  query: writeQuery,
  body: undefined,
  action: 'versions.undelete',
  answers: changed,
});

export const destroySecretVersion = defineOperation({
  id: 'destroySecretVersion',
  summary: 'Destroy what a version holds, for good',
  method: 'POST',
  path: `${path}/:version/destroy`,
  params: item,
  query: writeQuery,
  body: undefined,
  action: 'versions.destroy',
  answers: changed,
});

const aliasPath = '/v1/namespaces/:namespace/secrets/:name/version-aliases/:alias';
const referenceSchema = z.union([
  z.int().min(1).max(999_999_999).transform(String),
  ruled(versionReferenceReason, 'Version'),
]);

export const setVersionAlias = defineOperation({
  id: 'setVersionAlias',
  summary: 'Give a version a name, or move the name to it',
  method: 'PUT',
  path: aliasPath,
  params: aliasItem,
  query: writeQuery,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: z.strictObject({ version: referenceSchema }),
    bytesMax,
  },
  action: 'versions.update',
  answers: changed,
});

export const removeVersionAlias = defineOperation({
  id: 'removeVersionAlias',
  summary: 'Take a name from the version that has it',
  method: 'DELETE',
  path: aliasPath,
  params: aliasItem,
  query: writeQuery,
  body: undefined,
  action: 'versions.update',
  answers: changed,
});

export const restoreNamespace = defineOperation({
  id: 'restoreNamespace',
  summary: 'Take the Secrets of a namespace back to a time; with dryRun, plan it',
  method: 'POST',
  path: '/v1/namespaces/:namespace/restore',
  params: z.strictObject({ namespace: namespaceSchema }),
  query: writeQuery,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: z.strictObject({
      at: z.iso.datetime({ offset: true }).meta({ description: 'RFC 3339' }),
      labelSelector: z.string().max(8_192).optional(),
    }),
    bytesMax,
  },
  action: 'versions.restore',
  answers: [
    {
      status: 200,
      description: `What became of each Secret, at most ${limits.namespaceRestoreSecretsMax}`,
      schema: namespaceRestoreSchema,
    },
  ],
});
