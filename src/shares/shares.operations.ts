import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { noQuery, writeQuery } from '../core/query-parameters.js';
import {
  deleteProblems,
  nameSchema,
  writeProblems,
} from '../custom-resources/domain/spec-parameters.js';
import { conditions, namespaceSchema } from '../secrets/domain/parameter-schemas.js';
import {
  revocationSchema,
  shareBodySchema,
  shareListSchema,
  shareSchema,
} from './shares.schemas.js';
import { collection, jsonBody, listQuery } from './sharing-parameters.js';

const name = nameSchema('Name of the share.', 'db-for-shop');
const shareItem = z.strictObject({ namespace: namespaceSchema, name });
const sharesPath = '/v1/namespaces/:namespace/shares';

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
  body: { ...jsonBody, schema: shareBodySchema },
  action: 'shares.update',
  problems: writeProblems,
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
  problems: deleteProblems,
  answers: [{ status: 204, description: 'Deleted.' }],
});

export const revokeShare = defineOperation({
  id: 'revokeShare',
  tag: 'Sharing',
  summary: 'End a share for one namespace or for all',
  description:
    'Revokes a share and leaves it there, so that its consumers stay listed. A revocation cannot ' +
    'be taken back. The caller becomes the author of the share.',
  right:
    '`create secretshares/revoke` and `update secretshares`; and `get secrets`, or ' +
    '`get secretkeys` for each key',
  method: 'POST',
  path: `${sharesPath}/:name/revoke`,
  params: shareItem,
  query: noQuery,
  body: { ...jsonBody, schema: revocationSchema, isOptional: true },
  action: 'shares.revoke',
  problems: deleteProblems,
  answers: [{ status: 200, description: 'The share.', schema: shareSchema }],
});
