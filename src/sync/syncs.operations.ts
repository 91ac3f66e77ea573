import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { continueSchema, noQuery, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
import { syncLimits } from '../core/sync-limits.js';
import {
  deleteProblems,
  nameSchema,
  writeProblems,
} from '../custom-resources/domain/spec-parameters.js';
import { conditions, namespaceSchema } from '../secrets/domain/parameter-schemas.js';
import {
  resolutionSchema,
  syncBodySchema,
  syncListSchema,
  syncRunSchema,
  syncSchema,
} from './sync.schemas.js';

const collection = z.strictObject({ namespace: namespaceSchema });
const item = collection.extend({ name: nameSchema('Name of the sync.', 'db') });
const path = '/v1/namespaces/:namespace/syncs';
const jsonBody = {
  kind: 'json',
  mediaTypes: ['application/json'],
  bytesMax: syncLimits.bodyBytesMax,
} as const;

export const listSyncs = defineOperation({
  id: 'listSyncs',
  tag: 'Sync',
  summary: 'List the syncs of a namespace',
  description: 'Lists the syncs of the namespace, and how each stands.',
  right: '`list secretsyncs`',
  method: 'GET',
  path,
  params: collection,
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) }),
  body: undefined,
  action: 'syncs.get',
  problems: ['Invalid'],
  answers: [
    { status: 200, description: 'A page of syncs.', headers: ['Link'], schema: syncListSchema },
  ],
});

export const getSync = defineOperation({
  id: 'getSync',
  tag: 'Sync',
  summary: 'Read a sync, and how it stands',
  description: 'Reads a sync without values. The body is a valid body of a PUT.',
  right: '`get secretsyncs`',
  method: 'GET',
  path: `${path}/:name`,
  params: item,
  query: noQuery,
  body: undefined,
  action: 'syncs.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The sync.', headers: ['ETag'], schema: syncSchema }],
});

export const putSync = defineOperation({
  id: 'putSync',
  tag: 'Sync',
  summary: 'Keep a Secret in sync with another store',
  description:
    'Creates or replaces a sync. The caller becomes its author; the gateway checks the rights of ' +
    'the author again at every look (docs/sync-with-openbao.md).',
  right:
    '`create` or `update secretsyncs`; `use externalstores`; `create serviceaccounts/token`; to ' +
    'push `get secrets`; to pull `create` and `patch secrets`',
  method: 'PUT',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  headers: conditions,
  body: { ...jsonBody, schema: syncBodySchema },
  action: 'syncs.update',
  problems: writeProblems,
  answers: [
    { status: 200, description: 'Replaced.', headers: ['ETag'], schema: syncSchema },
    { status: 201, description: 'Created.', headers: ['ETag'], schema: syncSchema },
  ],
});

export const deleteSync = defineOperation({
  id: 'deleteSync',
  tag: 'Sync',
  summary: 'End a sync',
  description: 'Deletes the sync. The Secret and the secret in the store stay as they are.',
  right: '`delete secretsyncs`',
  method: 'DELETE',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  headers: ['If-Match'],
  body: undefined,
  action: 'syncs.update',
  problems: deleteProblems,
  answers: [{ status: 204, description: 'Deleted.' }],
});

export const runSync = defineOperation({
  id: 'runSync',
  tag: 'Sync',
  summary: 'Look at a sync now',
  description:
    'Compares both sides and writes what has changed. With `dryRun=All`, responds with the plan ' +
    'and writes nothing.',
  right: '`create secretsyncs/run`',
  method: 'POST',
  path: `${path}/:name/run`,
  params: item,
  query: writeQuery,
  body: undefined,
  action: 'syncs.run',
  problems: ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: [{ status: 200, description: 'What the look found and did.', schema: syncRunSchema }],
});

export const resolveSync = defineOperation({
  id: 'resolveSync',
  tag: 'Sync',
  summary: 'Resolve the conflicts of a sync',
  description:
    'Lets one side win where both have changed, or where the sync is held. The value that loses ' +
    'stays in the history of its side; another cluster and a webhook have none. A side that only ' +
    'receives cannot win.',
  right:
    '`create secretsyncs/resolve`; and `get secrets` if the cluster wins, `create` and ' +
    '`patch secrets` if the store wins',
  method: 'POST',
  path: `${path}/:name/resolve`,
  params: item,
  query: writeQuery,
  body: { ...jsonBody, schema: resolutionSchema },
  action: 'syncs.resolve',
  problems: ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: [{ status: 200, description: 'What the look found and did.', schema: syncRunSchema }],
});
