import { z } from 'zod';
import { bytesBody, textBody } from '../core/api-body.js';
import { environmentLimits } from '../core/environment-limits.js';
import { defineOperation } from '../core/operation.js';
import { continueSchema, noQuery, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
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
import {
  environmentBodySchema,
  environmentListSchema,
  environmentSchema,
  environmentValuesSchema,
} from './environments.schemas.js';

const name = nameSchema('Name of the environment.', 'app');
const collection = z.strictObject({ namespace: namespaceSchema });
const item = collection.extend({ name });
const path = '/v1/namespaces/:namespace/environments';
const keyRights =
  '`get secretenvironments` for each environment; and for each key that is used, `get secrets` or ' +
  '`get secretkeys`, or `get secretimports`';

export const listEnvironments = defineOperation({
  id: 'listEnvironments',
  tag: 'Environments',
  summary: 'List the environments of a namespace',
  description: 'Lists definitions: names and sources of values, without values of keys.',
  right: '`list secretenvironments`',
  method: 'GET',
  path,
  params: collection,
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(4_096) }),
  body: undefined,
  action: 'environments.get',
  problems: ['Invalid', 'Expired'],
  answers: [
    {
      status: 200,
      description: 'A page of environments.',
      headers: ['Link'],
      schema: environmentListSchema,
    },
  ],
});

export const getEnvironment = defineOperation({
  id: 'getEnvironment',
  tag: 'Environments',
  summary: 'Read the definition of an environment',
  description: 'Shows where each value comes from, and none of the values of keys.',
  right: '`get secretenvironments`',
  method: 'GET',
  path: `${path}/:name`,
  params: item,
  query: noQuery,
  body: undefined,
  action: 'environments.get',
  problems: ['NotFound', 'Invalid'],
  answers: [
    { status: 200, description: 'The definition.', headers: ['ETag'], schema: environmentSchema },
  ],
});

export const putEnvironment = defineOperation({
  id: 'putEnvironment',
  tag: 'Environments',
  summary: 'Write an environment',
  description: 'Creates or replaces a definition (docs/environments.md).',
  right: '`get`, and `create` or `update secretenvironments`',
  method: 'PUT',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  headers: conditions,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: environmentBodySchema,
    bytesMax: environmentLimits.bodyBytesMax,
  },
  action: 'environments.update',
  problems: writeProblems,
  answers: [
    { status: 200, description: 'Replaced.', headers: ['ETag'], schema: environmentSchema },
    { status: 201, description: 'Created.', headers: ['ETag'], schema: environmentSchema },
  ],
});

export const deleteEnvironment = defineOperation({
  id: 'deleteEnvironment',
  tag: 'Environments',
  summary: 'Delete an environment',
  description: 'Deletes a definition. Secrets stay as they are.',
  right: '`get` and `delete secretenvironments`',
  method: 'DELETE',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  headers: ['If-Match'],
  body: undefined,
  action: 'environments.update',
  problems: deleteProblems,
  answers: [{ status: 204, description: 'Deleted.' }],
});

export const getEnvironmentValues = defineOperation({
  id: 'getEnvironmentValues',
  tag: 'Environments',
  summary: 'Read the values of an environment',
  description:
    'Resolves the environment as the caller: all values, or none. Each key has an audit event ' +
    'under the event of the call. With `If-None-Match` and `waitSeconds`, the read waits for a ' +
    'change of a Secret, of an import or of a definition.',
  right: keyRights,
  method: 'GET',
  path: `${path}/:name/values`,
  params: item,
  query: z
    .strictObject(valuesQuery('Renders all values as one file.'))
    .refine(hasNamedFormat, namedFormatRequired),
  headers: conditions,
  body: undefined,
  action: 'environments.reveal',
  problems: ['NotFound', 'Invalid', 'Conflict', 'TooLarge'],
  answers: [
    {
      status: 200,
      description: 'The values by name; with `format` a file.',
      headers: ['ETag'],
      schema: environmentValuesSchema,
      content: {
        'text/plain': textBody('The values as env, dotenv, docker or properties.', 'A=b\n'),
        'application/yaml': textBody('The values as YAML.', 'DB_HOST: "db.pay.svc"\n'),
      },
    },
    { status: 304, description: 'The caller has the present values already.', headers: ['ETag'] },
  ],
});

export const getEnvironmentKey = defineOperation({
  id: 'getEnvironmentKey',
  tag: 'Environments',
  summary: 'Read one value of an environment as bytes',
  description:
    'Responds with the bytes of the value and nothing else. Only the keys that the value is made ' +
    'of are read.',
  right: keyRights,
  method: 'GET',
  path: `${path}/:name/keys/:key`,
  params: item.extend({ key: keySchema.meta({ description: 'Name of the value.' }) }),
  query: z.strictObject({ consistency: consistencySchema, waitSeconds: waitSecondsSchema }),
  headers: conditions,
  body: undefined,
  action: 'environments.reveal',
  problems: ['NotFound', 'Invalid', 'Conflict', 'TooLarge'],
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
