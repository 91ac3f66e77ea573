import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { continueSchema, noQuery, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
import { schemaLimits } from '../core/schema-limits.js';
import {
  deleteProblems,
  nameSchema,
  writeProblems,
} from '../custom-resources/domain/spec-parameters.js';
import { conditions } from '../secrets/domain/parameter-schemas.js';
import {
  secretSchemaBodySchema,
  secretSchemaListSchema,
  secretSchemaSchema,
  validationBodySchema,
  validationResultSchema,
} from './schemas.schemas.js';

const name = nameSchema('Name of the schema.', 'postgres-login');
const item = z.strictObject({ name });
const jsonBody = {
  kind: 'json',
  mediaTypes: ['application/json'],
  bytesMax: schemaLimits.bodyBytesMax,
} as const;

export const listSchemas = defineOperation({
  id: 'listSchemas',
  tag: 'Schemas',
  summary: 'List the schemas of Secrets',
  description: 'Lists the schemas that the cluster and the gateway have for Secrets.',
  right: '`list secretschemas`, cluster-wide',
  method: 'GET',
  path: '/v1/schemas',
  params: z.strictObject({}),
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) }),
  body: undefined,
  action: 'schemas.get',
  problems: ['Invalid'],
  answers: [
    {
      status: 200,
      description: 'A page of schemas.',
      headers: ['Link'],
      schema: secretSchemaListSchema,
    },
  ],
});

export const getSchema = defineOperation({
  id: 'getSchema',
  tag: 'Schemas',
  summary: 'Read a schema',
  description: 'Reads a schema, with what it says about each key.',
  right: '`get secretschemas`, cluster-wide',
  method: 'GET',
  path: '/v1/schemas/:name',
  params: item,
  query: noQuery,
  body: undefined,
  action: 'schemas.get',
  problems: ['NotFound', 'Invalid'],
  answers: [
    { status: 200, description: 'The schema.', headers: ['ETag'], schema: secretSchemaSchema },
  ],
});

export const putSchema = defineOperation({
  id: 'putSchema',
  tag: 'Schemas',
  summary: 'Write a schema',
  description:
    'Creates or replaces a schema. It is checked in every write of a Secret from then on ' +
    '(docs/check-values.md).',
  right: '`create` or `update secretschemas`; and `list secrets`; both cluster-wide',
  method: 'PUT',
  path: '/v1/schemas/:name',
  params: item,
  query: writeQuery,
  headers: conditions,
  body: { ...jsonBody, schema: secretSchemaBodySchema },
  action: 'schemas.update',
  problems: writeProblems,
  answers: [
    { status: 200, description: 'Replaced.', headers: ['ETag'], schema: secretSchemaSchema },
    { status: 201, description: 'Created.', headers: ['ETag'], schema: secretSchemaSchema },
  ],
});

export const deleteSchema = defineOperation({
  id: 'deleteSchema',
  tag: 'Schemas',
  summary: 'Delete a schema',
  description: 'Deletes a schema: no write is checked by it any more.',
  right: '`delete secretschemas`, cluster-wide',
  method: 'DELETE',
  path: '/v1/schemas/:name',
  params: item,
  query: writeQuery,
  headers: ['If-Match'],
  body: undefined,
  action: 'schemas.update',
  problems: deleteProblems,
  answers: [{ status: 204, description: 'Deleted.' }],
});

export const validateBySchema = defineOperation({
  id: 'validateBySchema',
  tag: 'Schemas',
  summary: 'Check values without storing them',
  description: 'Checks keys and values by a schema, in whatever mode it is. Nothing is stored.',
  right: '`get secretschemas`, cluster-wide',
  method: 'POST',
  path: '/v1/schemas/:name/validate',
  params: item,
  query: noQuery,
  body: { ...jsonBody, schema: validationBodySchema, bytesMax: schemaLimits.validationBytesMax },
  action: 'schemas.validate',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'What the values break.', schema: validationResultSchema }],
});
