import { z } from 'zod';
import { bytesBody, memberBody, textBody } from '../core/api-body.js';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { continueSchema, pageSizeSchema } from '../core/query-parameters.js';
import { formatNames } from './domain/formats/render.js';
import {
  conditions,
  consistencySchema,
  hasPlace,
  memberQuery,
  namespaceSchema,
  placeRequired,
  renderQuery,
  versionSchema,
  waitSecondsSchema,
} from './domain/parameter-schemas.js';
import { collection, item, keyItem, keyPath, path } from './secret-paths.js';
import {
  metadataSchema,
  secretChangeSchema,
  secretListSchema,
  secretSchema,
} from './secret.schemas.js';

const listQuery = {
  consistency: consistencySchema,
  limit: pageSizeSchema,
  continue: continueSchema(8_192),
  labelSelector: z
    .string()
    .max(8_192)
    .optional()
    .meta({ description: 'Label selector of Kubernetes.', examples: ['app=shop'] }),
  fieldSelector: z
    .string()
    .max(1_024)
    .optional()
    .meta({
      description: 'Field selector of Kubernetes: metadata.name, metadata.namespace, type.',
      examples: ['type=Opaque'],
    }),
};
const consistencyQuery = {
  consistency: consistencySchema,
  resourceVersion: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional()
    .meta({ description: 'The state is not older than this one.', examples: ['4711'] }),
};
const versionQuery = {
  version: versionSchema.optional().meta({
    description: 'Reads this version in place of the present state: a number or an alias.',
    examples: ['previous'],
  }),
};

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

export const listSecrets = defineOperation({
  id: 'listSecrets',
  tag: 'Secrets',
  summary: 'List the metadata of the Secrets of a namespace',
  description:
    'Lists Secrets by name, never with values. With `Accept: text/event-stream`, the response is ' +
    'a stream of the present Secrets and of all changes (docs/watch-for-changes.md); it takes ' +
    'labelSelector, fieldSelector and Last-Event-ID alone.',
  right: '`list secrets` or `list secretmetadata`; for a stream `watch` in place of `list`',
  method: 'GET',
  path,
  params: collection,
  query: z.strictObject({
    ...listQuery,
    deleted: z
      .enum(['true', 'false'])
      .optional()
      .meta({
        description: '`true`: lists Secrets that have a history and do not exist.',
        examples: ['true'],
      }),
  }),
  headers: ['Last-Event-ID'],
  body: undefined,
  action: 'secrets.list',
  problems: ['NotFound', 'Expired', 'Invalid'],
  answers: [
    {
      status: 200,
      description: 'A page of metadata. As a stream: events whose data is a SecretChange.',
      headers: ['Link'],
      schema: secretListSchema,
      content: {
        'text/event-stream': textBody(
          'Server-sent events; the data of each is a SecretChange.',
          'id: eyJhIjoxfQ\nevent: bookmark\ndata: {}\n\n',
        ),
      },
      events: secretChangeSchema,
    },
  ],
});

export const listAllSecrets = defineOperation({
  id: 'listAllSecrets',
  tag: 'Secrets',
  summary: 'List metadata over all namespaces in which the caller may list',
  description:
    'Lists the Secrets of all namespaces that the caller may list, by namespace and name. ' +
    'Each namespace of a page counts as a request.',
  right: '`list secrets` or `list secretmetadata` in each namespace; others are left out',
  method: 'GET',
  path: '/v1/secrets',
  params: z.strictObject({}),
  query: z.strictObject({
    ...listQuery,
    namespace: z
      .array(namespaceSchema)
      .max(limits.listItemsMax)
      .optional()
      .meta({ description: 'Lists only these namespaces; may be repeated.', examples: [['shop']] }),
  }),
  repeatable: ['namespace'],
  body: undefined,
  action: 'secrets.list',
  problems: ['Expired', 'Invalid'],
  answers: [
    {
      status: 200,
      description: 'A page of metadata.',
      headers: ['Link'],
      schema: secretListSchema,
    },
  ],
});

export const getSecret = defineOperation({
  id: 'getSecret',
  tag: 'Secrets',
  summary: 'Read a Secret with its values, or render them',
  description:
    'Reads a Secret, or one of its versions. `format` renders the values as a file ' +
    '(docs/formats.md). With `If-None-Match` and `waitSeconds`, the read waits for a change.',
  right: '`get secrets`; for a version also `get secretversions`',
  method: 'GET',
  path: `${path}/:name`,
  params: item,
  query: z
    .strictObject({
      ...consistencyQuery,
      ...versionQuery,
      ...waitQuery,
      format: z
        .enum(formatNames)
        .optional()
        .meta({ description: 'Form of the values.', examples: ['env'] }),
      ...renderQuery,
    })
    .refine(excludesAge, ageExcluded)
    .refine(excludesWait, waitExcluded),
  headers: conditions,
  body: undefined,
  action: 'secrets.reveal',
  problems: ['NotFound', 'Invalid', 'Conflict', 'Destroyed'],
  answers: [
    {
      status: 200,
      description: 'The Secret: a valid body of a PUT. With `format`: a file.',
      headers: ['ETag'],
      schema: secretSchema,
      content: {
        'text/plain': textBody('The values as env, dotenv, docker or properties.', 'A=b\n'),
        'application/yaml': textBody('The values as YAML.', 'password: "correct horse"\n'),
      },
    },
    {
      status: 304,
      description: 'The caller has the present state already.',
      headers: ['ETag'],
    },
  ],
});

export const getSecretMetadata = defineOperation({
  id: 'getSecretMetadata',
  tag: 'Secrets',
  summary: 'Read everything of a Secret but its values',
  description: 'Reads names and sizes of the keys, labels, annotations and the present version.',
  right: '`get secrets` or `get secretmetadata`',
  method: 'GET',
  path: `${path}/:name/metadata`,
  params: item,
  query: z.strictObject(consistencyQuery),
  headers: conditions,
  body: undefined,
  action: 'secrets.get',
  problems: ['NotFound', 'Invalid', 'Conflict'],
  answers: [
    { status: 200, description: 'The metadata.', headers: ['ETag'], schema: metadataSchema },
    { status: 304, description: 'The caller has the present state already.', headers: ['ETag'] },
  ],
});

export const getSecretKey = defineOperation({
  id: 'getSecretKey',
  tag: 'Keys',
  summary: 'Read one value as bytes',
  description:
    'Responds with the bytes of the value and nothing else. The media type is text/plain if the ' +
    'bytes are UTF-8. With `If-None-Match` and `waitSeconds`, the read waits for a change. With ' +
    '`pointer`, responds with a member of the document that is the value: a string as text, ' +
    'everything else as JSON.',
  right: '`get secrets` or `get secretkeys`; for a version also `get secretversions`',
  method: 'GET',
  path: keyPath,
  params: keyItem,
  query: z
    .strictObject({ ...consistencyQuery, ...versionQuery, ...waitQuery, ...memberQuery })
    .refine(excludesAge, ageExcluded)
    .refine(excludesWait, waitExcluded)
    .refine(hasPlace, placeRequired),
  headers: conditions,
  body: undefined,
  action: 'secrets.reveal',
  problems: ['NotFound', 'Invalid', 'Conflict', 'Destroyed'],
  answers: [
    {
      status: 200,
      description: 'The bytes of the value, or the member.',
      headers: ['ETag'],
      content: {
        'application/octet-stream': bytesBody,
        'text/plain': bytesBody,
        'application/json': memberBody,
      },
    },
    { status: 304, description: 'The caller has the present state already.', headers: ['ETag'] },
  ],
});
