import { z } from 'zod';
import { requestSchema } from '../core/api-schema.js';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { writeQuery } from '../core/query-parameters.js';
import {
  conditions,
  hasPlace,
  memberQuery,
  namespaceSchema,
  placeRequired,
  secretNameSchema,
  versionSchema,
} from './domain/parameter-schemas.js';
import { collection, item, keyItem, keyPath, path } from './secret-paths.js';
import {
  createBodySchema,
  jsonPatchSchema,
  mergePatchSchema,
  patchBodySchema,
  writeBodySchema,
  writeResultSchema,
} from './secret.schemas.js';

const jsonBody = {
  kind: 'json',
  mediaTypes: ['application/json'],
  schema: writeBodySchema,
  bytesMax: limits.secretBodyBytesMax,
} as const;
const memberWriteQuery = writeQuery.extend(memberQuery);
const rawBody = { kind: 'raw', bytesMax: limits.secretSizeBytesMax } as const;
const writeHeaders = ['If-Match', 'Idempotency-Key'] as const;
const putHeaders = [...conditions, 'Idempotency-Key'] as const;
const writeProblems = [
  'Invalid',
  'NotFound',
  'AlreadyExists',
  'Conflict',
  'PreconditionRequired',
  'OutcomeUnknown',
] as const;
const written = ['ETag', 'Warning', 'Idempotent-Replayed'] as const;

export const createSecret = defineOperation({
  id: 'createSecret',
  tag: 'Secrets',
  summary: 'Create a Secret',
  description:
    'Creates a Secret and never replaces one: an existing name is 409. Keys that a schema of the ' +
    'Secret generates, and the body does not have, get new values.',
  right: '`create secrets`',
  method: 'POST',
  path,
  params: collection,
  query: writeQuery,
  headers: ['Idempotency-Key'],
  // The name is checked with all other members, so that one response names every error.
  body: { ...jsonBody, byMediaType: { 'application/json': createBodySchema } },
  action: 'secrets.create',
  problems: ['Invalid', 'NotFound', 'AlreadyExists', 'Conflict', 'OutcomeUnknown'],
  answers: [
    {
      status: 201,
      description: 'Created.',
      headers: [...written, 'Location'],
      schema: writeResultSchema,
    },
  ],
});

export const replaceSecret = defineOperation({
  id: 'replaceSecret',
  tag: 'Secrets',
  summary: 'Create or replace a Secret',
  description:
    'Writes the whole Secret: keys that the body does not have are removed. A body that was read ' +
    'is a valid body. A Secret that is equal already gets no new version. A new Secret gets the ' +
    'keys that its schema generates, as by POST.',
  right: '`update secrets`; `create secrets` if the Secret does not exist',
  method: 'PUT',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  headers: putHeaders,
  body: jsonBody,
  action: 'secrets.update',
  problems: writeProblems,
  answers: [
    { status: 200, description: 'Replaced.', headers: written, schema: writeResultSchema },
    { status: 201, description: 'Created.', headers: written, schema: writeResultSchema },
  ],
});

export const patchSecret = defineOperation({
  id: 'patchSecret',
  tag: 'Secrets',
  summary: 'Patch a Secret',
  description:
    'Changes a part of a Secret: by a merge patch (RFC 7396) or by a JSON patch (RFC 6902). The ' +
    'API server applies it to the present state.',
  right: '`patch secrets`; a JSON patch that reads values also `get secrets`',
  method: 'PATCH',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  headers: writeHeaders,
  body: {
    kind: 'json',
    mediaTypes: ['application/merge-patch+json', 'application/json', 'application/json-patch+json'],
    schema: patchBodySchema,
    byMediaType: {
      'application/merge-patch+json': mergePatchSchema,
      'application/json': mergePatchSchema,
      'application/json-patch+json': jsonPatchSchema,
    },
    bytesMax: limits.secretBodyBytesMax,
  },
  action: 'secrets.patch',
  problems: writeProblems,
  answers: [{ status: 200, description: 'Patched.', headers: written, schema: writeResultSchema }],
});

export const deleteSecret = defineOperation({
  id: 'deleteSecret',
  tag: 'Secrets',
  summary: 'Delete a Secret',
  description: 'Deletes the Secret from the cluster. Its history stays and can be restored.',
  right: '`delete secrets`',
  method: 'DELETE',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  headers: writeHeaders,
  body: undefined,
  action: 'secrets.delete',
  problems: writeProblems,
  answers: [
    {
      status: 200,
      description: 'Deleted: the last state.',
      headers: ['Warning', 'Idempotent-Replayed'],
      schema: writeResultSchema,
    },
  ],
});

export const putSecretKey = defineOperation({
  id: 'putSecretKey',
  tag: 'Keys',
  summary: 'Create or replace one value; the body is the value',
  description:
    'Writes the bytes of the body under the key of an existing Secret. Nothing is decoded and ' +
    'nothing is added. With `pointer`, adds or replaces a member of the document that is the ' +
    'value: the body is the string, or with `as=json` the JSON value. Also needs the right to ' +
    'read the key then.',
  right: '`patch secrets` or `update secretkeys`',
  method: 'PUT',
  path: keyPath,
  params: keyItem,
  query: memberWriteQuery.refine(hasPlace, placeRequired),
  headers: putHeaders,
  body: rawBody,
  action: 'secrets.update',
  problems: writeProblems,
  answers: [
    { status: 200, description: 'Replaced.', headers: written, schema: writeResultSchema },
    { status: 201, description: 'The key is new.', headers: written, schema: writeResultSchema },
  ],
});

export const deleteSecretKey = defineOperation({
  id: 'deleteSecretKey',
  tag: 'Keys',
  summary: 'Delete one key',
  description:
    'Removes one key of a Secret. Other keys stay. With `pointer`, removes a member of the ' +
    'document that is the value. Also needs the right to read the key then.',
  right: '`patch secrets` or `delete secretkeys`; with pointer as a PUT',
  method: 'DELETE',
  path: keyPath,
  params: keyItem,
  query: memberWriteQuery.omit({ as: true }),
  headers: writeHeaders,
  body: undefined,
  action: 'secrets.update',
  problems: writeProblems,
  answers: [{ status: 200, description: 'Deleted.', headers: written, schema: writeResultSchema }],
});

const restoreBody = requestSchema(
  'RestoreRequest',
  z.strictObject({
    allowRetired: z
      .boolean()
      .optional()
      .meta({ description: 'Allows a version whose credential a rotation has ended.' }),
  }),
  { description: 'How to restore.', example: { allowRetired: false } },
);

export const restoreSecretVersion = defineOperation({
  id: 'restoreSecretVersion',
  tag: 'Versions',
  summary: 'Make a version the present state again',
  description:
    'Writes the content of a version as the present state, which is a new version. A deleted ' +
    'Secret is created again. `If-Match` takes the tag of the Secret or of its present version.',
  right: '`create secretversions/restore`; with allowRetired also `create …/restore-retired`',
  method: 'POST',
  path: `${path}/:name/versions/:version/restore`,
  params: z.strictObject({
    namespace: namespaceSchema,
    name: secretNameSchema,
    version: versionSchema,
  }),
  query: writeQuery,
  headers: writeHeaders,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: restoreBody,
    bytesMax: 256 * 1024,
    isOptional: true,
  },
  action: 'versions.restore',
  problems: [...writeProblems, 'Destroyed'],
  answers: [
    { status: 200, description: 'Restored.', headers: written, schema: writeResultSchema },
    {
      status: 201,
      description: 'The Secret did not exist and was created.',
      headers: written,
      schema: writeResultSchema,
    },
  ],
});
