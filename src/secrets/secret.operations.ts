import { z } from 'zod';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { pageSizeSchema } from '../core/page.js';
import { formatNames } from './domain/formats/render.js';
import {
  keySchema,
  namespaceSchema,
  secretNameSchema,
  versionSchema,
  waitSecondsSchema,
} from './domain/parameter-schemas.js';
import {
  metadataSchema,
  patchBodySchema,
  secretListSchema,
  secretSchema,
  writeBodySchema,
  writeResultSchema,
} from './secret.schemas.js';

const collection = z.strictObject({ namespace: namespaceSchema });
const item = z.strictObject({ namespace: namespaceSchema, name: secretNameSchema });
const keyItem = z.strictObject({
  namespace: namespaceSchema,
  name: secretNameSchema,
  key: keySchema,
});
const noParams = z.strictObject({});

const consistencySchema = z.enum(['cached', 'strong']).optional();
const listQuery = {
  consistency: consistencySchema,
  limit: pageSizeSchema,
  continue: z.string().min(1).max(8_192).optional(),
  labelSelector: z.string().max(8_192).optional(),
  fieldSelector: z.string().max(1_024).optional(),
};
const consistencyQuery = {
  consistency: consistencySchema,
  resourceVersion: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
};
const versionQuery = { version: versionSchema.optional() };

/** Excludes an age, because a version never changes. */
function excludesAge(query: { readonly version?: unknown; readonly resourceVersion?: unknown }) {
  return query.version === undefined || query.resourceVersion === undefined;
}
const ageExcluded = { path: ['resourceVersion'], message: 'has no meaning beside version' };
const waitQuery = { waitSeconds: waitSecondsSchema };

/** Excludes a wait, because a version never changes. */
function excludesWait(query: { readonly version?: unknown; readonly waitSeconds?: unknown }) {
  return query.version === undefined || query.waitSeconds === undefined;
}
const waitExcluded = { path: ['waitSeconds'], message: 'has no meaning beside version' };
const writeQuery = z.strictObject({ dryRun: z.enum(['All']).optional() });

const path = '/v1/namespaces/:namespace/secrets';
const jsonBody = {
  kind: 'json',
  mediaTypes: ['application/json'],
  schema: writeBodySchema,
  bytesMax: limits.secretBodyBytesMax,
} as const;

export const listSecrets = defineOperation({
  id: 'listSecrets',
  summary: 'List the metadata of the Secrets of a namespace',
  method: 'GET',
  path,
  params: collection,
  query: z.strictObject({
    ...listQuery,
    deleted: z
      .enum(['true', 'false'])
      .optional()
      .meta({ description: 'Those with history and no live object' }),
  }),
  body: undefined,
  action: 'secrets.list',
  answers: [
    {
      status: 200,
      description: 'Metadata, never values; of a stream, each change and where it goes on',
      schema: secretListSchema,
    },
    { status: 200, description: 'Server-sent events', mediaType: 'text/event-stream' },
  ],
});

export const listAllSecrets = defineOperation({
  id: 'listAllSecrets',
  summary: 'List metadata over all namespaces in which the caller may list',
  method: 'GET',
  path: '/v1/secrets',
  params: noParams,
  query: z.strictObject({
    ...listQuery,
    namespace: z.array(namespaceSchema).max(limits.listItemsMax).optional(),
  }),
  repeatable: ['namespace'],
  body: undefined,
  action: 'secrets.list',
  answers: [{ status: 200, description: 'Metadata, never values', schema: secretListSchema }],
});

export const createSecret = defineOperation({
  id: 'createSecret',
  summary: 'Create a Secret',
  method: 'POST',
  path,
  params: collection,
  query: writeQuery,
  body: jsonBody,
  action: 'secrets.create',
  answers: [{ status: 201, description: 'Metadata, never values', schema: writeResultSchema }],
});

export const getSecret = defineOperation({
  id: 'getSecret',
  summary: 'Read a Secret with its values, or render them',
  method: 'GET',
  path: `${path}/:name`,
  params: item,
  query: z
    .strictObject({
      ...consistencyQuery,
      ...versionQuery,
      ...waitQuery,
      format: z.enum(formatNames).optional(),
      encoding: z.enum(['base64']).optional(),
      names: z.enum(['upper']).optional(),
    })
    .refine(excludesAge, ageExcluded)
    .refine(excludesWait, waitExcluded),
  body: undefined,
  action: 'secrets.reveal',
  answers: [
    { status: 200, description: 'The Secret; a valid body of a PUT', schema: secretSchema },
    { status: 304, description: 'Unchanged' },
  ],
});

export const replaceSecret = defineOperation({
  id: 'replaceSecret',
  summary: 'Create or replace a Secret',
  method: 'PUT',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  body: jsonBody,
  action: 'secrets.update',
  answers: [
    { status: 200, description: 'Replaced', schema: writeResultSchema },
    { status: 201, description: 'Created', schema: writeResultSchema },
  ],
});

export const patchSecret = defineOperation({
  id: 'patchSecret',
  summary: 'Patch a Secret (RFC 7396 or RFC 6902)',
  method: 'PATCH',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  body: {
    kind: 'json',
    mediaTypes: ['application/merge-patch+json', 'application/json', 'application/json-patch+json'],
    schema: patchBodySchema,
    bytesMax: limits.secretBodyBytesMax,
  },
  action: 'secrets.patch',
  answers: [{ status: 200, description: 'Patched', schema: writeResultSchema }],
});

export const deleteSecret = defineOperation({
  id: 'deleteSecret',
  summary: 'Delete a Secret',
  method: 'DELETE',
  path: `${path}/:name`,
  params: item,
  query: writeQuery,
  body: undefined,
  action: 'secrets.delete',
  answers: [{ status: 200, description: 'Deleted', schema: writeResultSchema }],
});

export const getSecretMetadata = defineOperation({
  id: 'getSecretMetadata',
  summary: 'Read everything of a Secret but its values',
  method: 'GET',
  path: `${path}/:name/metadata`,
  params: item,
  query: z.strictObject(consistencyQuery),
  body: undefined,
  action: 'secrets.get',
  answers: [
    { status: 200, description: 'Metadata', schema: metadataSchema },
    { status: 304, description: 'Unchanged' },
  ],
});

const keyPath = `${path}/:name/keys/:key`;
const rawBody = { kind: 'raw', bytesMax: limits.secretSizeBytesMax } as const;

export const getSecretKey = defineOperation({
  id: 'getSecretKey',
  summary: 'Read one value as bare bytes',
  method: 'GET',
  path: keyPath,
  params: keyItem,
  query: z
    .strictObject({ ...consistencyQuery, ...versionQuery, ...waitQuery })
    .refine(excludesAge, ageExcluded)
    .refine(excludesWait, waitExcluded),
  body: undefined,
  action: 'secrets.reveal',
  answers: [
    { status: 200, description: 'The bytes, nothing added', mediaType: 'text/plain' },
    { status: 304, description: 'Unchanged' },
  ],
});

export const putSecretKey = defineOperation({
  id: 'putSecretKey',
  summary: 'Create or replace one value; the body is the value',
  method: 'PUT',
  path: keyPath,
  params: keyItem,
  query: writeQuery,
  body: rawBody,
  action: 'secrets.update',
  answers: [
    { status: 200, description: 'Replaced', schema: writeResultSchema },
    { status: 201, description: 'The key is new', schema: writeResultSchema },
  ],
});

export const deleteSecretKey = defineOperation({
  id: 'deleteSecretKey',
  summary: 'Delete one key',
  method: 'DELETE',
  path: keyPath,
  params: keyItem,
  query: writeQuery,
  body: undefined,
  action: 'secrets.update',
  answers: [{ status: 200, description: 'Deleted', schema: writeResultSchema }],
});

export const restoreSecretVersion = defineOperation({
  id: 'restoreSecretVersion',
  summary: 'Make a version the current state once more, also of a Secret that is gone',
  method: 'POST',
  path: `${path}/:name/versions/:version/restore`,
  params: z.strictObject({
    namespace: namespaceSchema,
    name: secretNameSchema,
    version: versionSchema,
  }),
  query: writeQuery,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: z.strictObject({ allowRetired: z.boolean().optional() }),
    bytesMax: 256 * 1024,
    isOptional: true,
  },
  action: 'versions.restore',
  answers: [
    { status: 200, description: 'Restored; metadata, never values', schema: writeResultSchema },
    { status: 201, description: 'The Secret was gone', schema: writeResultSchema },
  ],
});
