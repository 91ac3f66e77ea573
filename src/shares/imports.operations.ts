import { z } from 'zod';
import { bytesBody, textBody } from '../core/api-body.js';
import { responseSchema } from '../core/api-schema.js';
import { defineOperation } from '../core/operation.js';
import { noQuery, writeQuery } from '../core/query-parameters.js';
import {
  deleteProblems,
  nameSchema,
  writeProblems,
} from '../custom-resources/domain/spec-parameters.js';
import {
  conditions,
  consistencySchema,
  hasNamedFormat,
  keySchema,
  namedFormatRequired,
  namespaceSchema,
  valuesQuery,
  waitSecondsSchema,
} from '../secrets/domain/parameter-schemas.js';
import { listedImportsSchema } from './offered-shares.schemas.js';
import { importBodySchema, importChangeSchema, importSchema } from './shares.schemas.js';
import { collection, jsonBody, listQuery } from './sharing-parameters.js';

const name = nameSchema('Name of the import.', 'pay-db');
const importItem = z.strictObject({ namespace: namespaceSchema, name });
const importedKey = importItem.extend({
  key: keySchema.meta({ description: 'Name of the key in the import.' }),
});
const importsPath = '/v1/namespaces/:namespace/imports';

export const listImports = defineOperation({
  id: 'listImports',
  tag: 'Sharing',
  summary: 'List the imports of a namespace',
  description:
    'Lists the imports of the namespace, without values. With `offered=true`, lists the shares ' +
    'that would deliver to the caller in the namespace now; a page of these may have fewer ' +
    'items than `limit`, and is the last only if it has no `continue`. With ' +
    '`Accept: text/event-stream`, the response is a stream of the present imports and of all ' +
    'changes, without other parameters (docs/share-a-secret.md).',
  right: '`list secretimports`; for a stream `watch` in place of `list`',
  method: 'GET',
  path: importsPath,
  params: collection,
  query: listQuery.extend({
    offered: z
      .enum(['true', 'false'])
      .optional()
      .meta({
        description: '`true`: lists shares that are offered to the namespace, in place of imports.',
        examples: ['true'],
      }),
  }),
  body: undefined,
  action: 'imports.get',
  problems: ['Invalid', 'TooLarge'],
  answers: [
    {
      status: 200,
      description:
        'A page of imports, or of shares that are offered. As a stream: events whose data is a ' +
        'SecretImportChange.',
      headers: ['Link'],
      schema: listedImportsSchema,
      content: {
        'text/event-stream': textBody(
          'Server-sent events; the data of each is a SecretImportChange.',
          'event: bookmark\ndata: {}\n\n',
        ),
      },
      events: importChangeSchema,
    },
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
  body: { ...jsonBody, schema: importBodySchema },
  action: 'imports.update',
  problems: writeProblems,
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
  problems: deleteProblems,
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
    'have an audit event in both namespaces. With `If-None-Match` and `waitSeconds`, the read ' +
    'waits for a change of the values or of the share.',
  right: '`get secretimports`, and a share that names the namespace',
  method: 'GET',
  path: `${importsPath}/:name/values`,
  params: importItem,
  query: z
    .strictObject(valuesQuery('Renders all keys as one file.'))
    .refine(hasNamedFormat, namedFormatRequired),
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
    'bytes are UTF-8. With `If-None-Match` and `waitSeconds`, the read waits for a change.',
  right: '`get secretimports`, and a share that names the namespace',
  method: 'GET',
  path: `${importsPath}/:name/keys/:key`,
  params: importedKey,
  query: z.strictObject({ consistency: consistencySchema, waitSeconds: waitSecondsSchema }),
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
