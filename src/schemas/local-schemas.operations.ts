import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { namespaceSchema } from '../secrets/domain/parameter-schemas.js';
import {
  deleteSchema,
  getSchema,
  listSchemas,
  putSchema,
  validateBySchema,
} from './schemas.operations.js';

const collection = z.strictObject({ namespace: namespaceSchema });
const item = collection.extend(getSchema.params.shape);
const path = '/v1/namespaces/:namespace/schemas';

export const listLocalSchemas = defineOperation({
  ...listSchemas,
  id: 'listLocalSchemas',
  summary: 'List the schemas of a namespace',
  description: 'Lists the schemas that a namespace has for its own Secrets.',
  right: '`list localsecretschemas`',
  path,
  params: collection,
});

export const getLocalSchema = defineOperation({
  ...getSchema,
  id: 'getLocalSchema',
  summary: 'Read a schema of a namespace',
  right: '`get localsecretschemas`',
  path: `${path}/:name`,
  params: item,
});

export const putLocalSchema = defineOperation({
  ...putSchema,
  id: 'putLocalSchema',
  summary: 'Write a schema of a namespace',
  description:
    'Creates or replaces a schema. It is checked in every write of a Secret of the namespace from ' +
    'then on, in addition to the schemas of the cluster (docs/check-values.md).',
  right: '`create` or `update localsecretschemas`; and `list secrets`',
  path: `${path}/:name`,
  params: item,
});

export const deleteLocalSchema = defineOperation({
  ...deleteSchema,
  id: 'deleteLocalSchema',
  summary: 'Delete a schema of a namespace',
  right: '`delete localsecretschemas`',
  path: `${path}/:name`,
  params: item,
});

export const validateByLocalSchema = defineOperation({
  ...validateBySchema,
  id: 'validateByLocalSchema',
  summary: 'Check values by a schema of a namespace',
  description:
    'Checks keys and values by this schema alone, in whatever mode it is. Nothing is stored.',
  right: '`get localsecretschemas`',
  path: `${path}/:name/validate`,
  params: item,
});
