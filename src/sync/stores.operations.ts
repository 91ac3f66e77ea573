import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { continueSchema, noQuery, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
import { syncLimits } from '../core/sync-limits.js';
import {
  deleteProblems,
  nameSchema,
  writeProblems,
} from '../custom-resources/domain/spec-parameters.js';
import { conditions } from '../secrets/domain/parameter-schemas.js';
import { storeBodySchema, storeListSchema, storeSchema } from './sync.schemas.js';

const item = z.strictObject({ name: nameSchema('Name of the store.', 'vault-prod') });

export const listStores = defineOperation({
  id: 'listStores',
  tag: 'Sync',
  summary: 'List the stores that Secrets are in sync with',
  description: 'Lists stores outside the cluster, and which namespaces may use them.',
  right: '`list externalstores`, cluster-wide',
  method: 'GET',
  path: '/v1/stores',
  params: z.strictObject({}),
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) }),
  body: undefined,
  action: 'stores.get',
  problems: ['Invalid'],
  answers: [
    { status: 200, description: 'A page of stores.', headers: ['Link'], schema: storeListSchema },
  ],
});

export const getStore = defineOperation({
  id: 'getStore',
  tag: 'Sync',
  summary: 'Read a store',
  description: 'Reads a store. The body is a valid body of a PUT.',
  right: '`get externalstores`, cluster-wide',
  method: 'GET',
  path: '/v1/stores/:name',
  params: item,
  query: noQuery,
  body: undefined,
  action: 'stores.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The store.', headers: ['ETag'], schema: storeSchema }],
});

export const putStore = defineOperation({
  id: 'putStore',
  tag: 'Sync',
  summary: 'Write a store',
  description:
    'Creates or replaces a store. Namespaces may use it as `allow` says, and authors of syncs with ' +
    'the right `use externalstores` (docs/sync-with-openbao.md).',
  right: '`create` or `update externalstores`, cluster-wide',
  method: 'PUT',
  path: '/v1/stores/:name',
  params: item,
  query: writeQuery,
  headers: conditions,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    bytesMax: syncLimits.bodyBytesMax,
    schema: storeBodySchema,
  },
  action: 'stores.update',
  problems: writeProblems,
  answers: [
    { status: 200, description: 'Replaced.', headers: ['ETag'], schema: storeSchema },
    { status: 201, description: 'Created.', headers: ['ETag'], schema: storeSchema },
  ],
});

export const deleteStore = defineOperation({
  id: 'deleteStore',
  tag: 'Sync',
  summary: 'Delete a store',
  description: 'Deletes the store. Its syncs stop, and both sides stay as they are.',
  right: '`delete externalstores`, cluster-wide',
  method: 'DELETE',
  path: '/v1/stores/:name',
  params: item,
  query: writeQuery,
  headers: ['If-Match'],
  body: undefined,
  action: 'stores.update',
  problems: deleteProblems,
  answers: [{ status: 204, description: 'Deleted.' }],
});
