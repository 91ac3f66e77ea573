import { z } from 'zod';
import { bytesBody, textBody } from '../core/api-body.js';
import { responseSchema } from '../core/api-schema.js';
import { defineOperation } from '../core/operation.js';
import { continueSchema, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
import { shareLimits } from '../core/share-limits.js';
import { formatNames } from '../secrets/domain/formats/render.js';
import {
  consistencySchema,
  keySchema,
  namespaceSchema,
  renderQuery,
  ruled,
  secretNamePattern,
} from '../secrets/domain/parameter-schemas.js';
import { secretNameReason } from '../secrets/domain/names.js';
import {
  importBodySchema,
  importListSchema,
  importSchema,
  revocationSchema,
  shareBodySchema,
  shareListSchema,
  shareSchema,
} from './shares.schemas.js';

const shareName = nameSchema('Name of the share.', 'db-for-shop');
const importName = nameSchema('Name of the import.', 'pay-db');
const collection = z.strictObject({ namespace: namespaceSchema });
const shareItem = z.strictObject({ namespace: namespaceSchema, name: shareName });
const importItem = z.strictObject({ namespace: namespaceSchema, name: importName });
const importedKey = z.strictObject({
  namespace: namespaceSchema,
  name: importName,
  key: keySchema.meta({ description: 'Name of the key in the import.' }),
});
const noQuery = z.strictObject({});
const listQuery = z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) });
const sharesPath = '/v1/namespaces/:namespace/shares';
const importsPath = '/v1/namespaces/:namespace/imports';
const conditions = ['If-Match', 'If-None-Match'] as const;
const bytesMax = shareLimits.bodyBytesMax;
const jsonOnly = ['application/json'] as const;
const writes = ['Invalid', 'NotFound', 'AlreadyExists', 'Conflict', 'OutcomeUnknown'] as const;
const deletes = ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'] as const;

export const listShares = defineOperation({
  id: 'listShares',
  tag: 'Sharing',
  summary: 'List the shares of a namespace',
  description: 'Lists the shares of Secrets of the namespace, and who uses each.',
  right: '`list secretshares`',
  method: 'GET',
  path: sharesPath,
  params: collection,
  query: listQuery,
  body: undefined,
  action: 'shares.get',
  problems: ['Invalid'],
  answers: [
    { status: 200, description: 'A page of shares.', headers: ['Link'], schema: shareListSchema },
  ],
});

export const getShare = defineOperation({
  id: 'getShare',
  tag: 'Sharing',
  summary: 'Read a share, and who uses it',
  description: 'Reads a share. The body is a valid body of a PUT.',
  right: '`get secretshares`',
  method: 'GET',
  path: `${sharesPath}/:name`,
  params: shareItem,
  query: noQuery,
  body: undefined,
  action: 'shares.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The share.', headers: ['ETag'], schema: shareSchema }],
});

export const putShare = defineOperation({
  id: 'putShare',
  tag: 'Sharing',
  summary: 'Share keys of a Secret with other namespaces',
  description:
    'Creates or replaces a share. The caller becomes its author, with whose rights it delivers ' +
    '(docs/share-a-secret.md).',
  right: '`create` or `update secretshares`; and `get secrets`, or `get secretkeys` for each key',
  method: 'PUT',
  path: `${sharesPath}/:name`,
  params: shareItem,
  query: writeQuery,
  headers: conditions,
  body: { kind: 'json', mediaTypes: jsonOnly, schema: shareBodySchema, bytesMax },
  action: 'shares.update',
  problems: writes,
  answers: [
    { status: 200, description: 'Replaced.', headers: ['ETag'], schema: shareSchema },
    { status: 201, description: 'Created.', headers: ['ETag'], schema: shareSchema },
  ],
});

export const deleteShare = defineOperation({
  id: 'deleteShare',
  tag: 'Sharing',
  summary: 'End a share',
  description: 'Deletes a share. Consumers get nothing of it any more.',
  right: '`delete secretshares`',
  method: 'DELETE',
  path: `${sharesPath}/:name`,
  params: shareItem,
  query: writeQuery,
  headers: ['If-Match'],
  body: undefined,
  action: 'shares.update',
  problems: deletes,
  answers: [{ status: 204, description: 'Deleted.' }],
});

export const revokeShare = defineOperation({
  id: 'revokeShare',
  tag: 'Sharing',
  summary: 'End a share for one namespace or for all',
  description:
    'Revokes a share and leaves it there, so that its consumers stay listed. A revocation cannot ' +
    'be taken back. The caller becomes the author of the share.',
  right: '`update secretshares`; and `get secrets`, or `get secretkeys` for each key',
  method: 'POST',
  path: `${sharesPath}/:name/revoke`,
  params: shareItem,
  query: noQuery,
  body: {
    kind: 'json',
    mediaTypes: jsonOnly,
    schema: revocationSchema,
    bytesMax,
    isOptional: true,
  },
  action: 'shares.revoke',
  problems: deletes,
  answers: [{ status: 200, description: 'The share.', schema: shareSchema }],
});

export const listImports = defineOperation({
  id: 'listImports',
  tag: 'Sharing',
  summary: 'List the imports of a namespace',
  description: 'Lists the imports of the namespace, without values.',
  right: '`list secretimports`',
  method: 'GET',
  path: importsPath,
  params: collection,
  query: listQuery,
  body: undefined,
  action: 'imports.get',
  problems: ['Invalid'],
  answers: [
    { status: 200, description: 'A page of imports.', headers: ['Link'], schema: importListSchema },
  ],
});

export const getImport = defineOperation({
  id: 'getImport',
  tag: 'Sharing',
  summary: 'Read an import without its values',
  description: 'Reads an import. The body is a valid body of a PUT.',
  right: '`get secretimports`',
  method: 'GET',
  path: `${importsPath}/:name`,
  params: importItem,
  query: noQuery,
  body: undefined,
  action: 'imports.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The import.', headers: ['ETag'], schema: importSchema }],
});

export const putImport = defineOperation({
  id: 'putImport',
  tag: 'Sharing',
  summary: 'Import shared keys into a namespace',
  description: 'Creates or replaces an import. It gets values if a share offers them.',
  right: '`create` or `update secretimports`',
  method: 'PUT',
  path: `${importsPath}/:name`,
  params: importItem,
  query: writeQuery,
  headers: conditions,
  body: { kind: 'json', mediaTypes: jsonOnly, schema: importBodySchema, bytesMax },
  action: 'imports.update',
  problems: writes,
  answers: [
    { status: 200, description: 'Replaced.', headers: ['ETag'], schema: importSchema },
    { status: 201, description: 'Created.', headers: ['ETag'], schema: importSchema },
  ],
});

export const deleteImport = defineOperation({
  id: 'deleteImport',
  tag: 'Sharing',
  summary: 'Delete an import',
  description: 'Deletes an import. The share stays.',
  right: '`delete secretimports`',
  method: 'DELETE',
  path: `${importsPath}/:name`,
  params: importItem,
  query: writeQuery,
  headers: ['If-Match'],
  body: undefined,
  action: 'imports.update',
  problems: deletes,
  answers: [{ status: 204, description: 'Deleted.' }],
});

const importValuesSchema = responseSchema(
  'ImportValues',
  z.record(z.string(), z.record(z.string(), z.string())),
  {
    description:
      'Values as text, by import and key. With `format`, one map of all keys is rendered.',
    example: { 'pay-db': { PGPASSWORD: 'correct horse' } },
  },
);

export const getImportValues = defineOperation({
  id: 'getImportValues',
  tag: 'Sharing',
  summary: 'Read the values of an import',
  description:
    'Reads the shared keys that exist now. Values are read from the namespace of the share, and ' +
    'have an audit event in both namespaces.',
  right: '`get secretimports`, and a share that names the namespace',
  method: 'GET',
  path: `${importsPath}/:name/values`,
  params: importItem,
  query: z
    .strictObject({
      consistency: consistencySchema,
      format: z
        .enum(formatNames)
        .optional()
        .meta({ description: 'Renders all keys as one file.', examples: ['env'] }),
      ...renderQuery,
    })
    .refine(({ format, names }) => names === undefined || format === 'env', {
      path: ['names'],
      message: 'is for format=env only',
    }),
  headers: conditions,
  body: undefined,
  action: 'imports.reveal',
  problems: ['NotFound', 'Invalid', 'Conflict', 'TooLarge'],
  answers: [
    {
      status: 200,
      description: 'The values by import and key; with `format` a file.',
      headers: ['ETag'],
      schema: importValuesSchema,
      content: {
        'text/plain': textBody('The values as env, dotenv, docker or properties.', 'A=b\n'),
        'application/yaml': textBody('The values as YAML.', 'password: "correct horse"\n'),
      },
    },
    { status: 304, description: 'The caller has the present values already.', headers: ['ETag'] },
  ],
});

export const getImportKey = defineOperation({
  id: 'getImportKey',
  tag: 'Sharing',
  summary: 'Read one imported value as bytes',
  description:
    'Responds with the bytes of the value and nothing else. The media type is text/plain if the ' +
    'bytes are UTF-8.',
  right: '`get secretimports`, and a share that names the namespace',
  method: 'GET',
  path: `${importsPath}/:name/keys/:key`,
  params: importedKey,
  query: z.strictObject({ consistency: consistencySchema }),
  headers: conditions,
  body: undefined,
  action: 'imports.reveal',
  problems: ['NotFound', 'Invalid', 'Conflict'],
  answers: [
    {
      status: 200,
      description: 'The bytes of the value.',
      headers: ['ETag'],
      content: { 'application/octet-stream': bytesBody, 'text/plain': bytesBody },
    },
    { status: 304, description: 'The caller has the present value already.', headers: ['ETag'] },
  ],
});

function nameSchema(description: string, example: string) {
  return ruled(secretNameReason, {
    description,
    example,
    pattern: secretNamePattern,
    maxLength: 253,
  });
}
