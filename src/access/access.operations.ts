import { z } from 'zod';
import { requestSchema, responseSchema, timestampOrNull } from '../core/api-schema.js';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { viewerScopeSchema } from '../core/viewer-scope.schema.js';

const text = z.string().max(limits.accessReviewTextCharactersMax);
const named = text.min(1);

const questionMembers = {
  verb: named.meta({ description: 'Verb, such as `get`.' }),
  group: text.optional().meta({ description: 'API group; empty for Secrets.' }),
  resource: named.meta({ description: 'Resource, such as `secrets` or `secretkeys`.' }),
  subresource: text.optional().meta({ description: 'Subresource, such as `restore`.' }),
  namespace: named.meta({ description: 'Namespace; `*` asks for all namespaces.' }),
  name: named.meta({ description: 'A name, SECRET/KEY for secretkeys, or `*` for all.' }),
};
export const accessQuestionSchema = z.strictObject(questionMembers);
export const accessQuestionsSchema = z
  .array(accessQuestionSchema)
  .min(1)
  .max(limits.accessReviewItemsMax);

const questionExample = { verb: 'get', resource: 'secrets', namespace: 'shop', name: 'db' };
const reviewRequestSchema = requestSchema(
  'AccessReviewRequest',
  z.strictObject({
    items: accessQuestionsSchema.meta({ description: 'Questions, as ResourceAttributes.' }),
  }),
  { description: 'What the caller asks about.', example: { items: [questionExample] } },
);
export const accessAnswerSchema = z.strictObject({
  ...questionMembers,
  allowed: z.boolean().meta({ description: 'Whether the gateway would carry it out.' }),
  reason: z.string().optional().meta({ description: "The authorizer's own words." }),
});
const reviewSchema = responseSchema(
  'AccessReview',
  z.strictObject({
    items: z
      .array(accessAnswerSchema)
      .meta({ description: 'Answers in the order of the questions.' }),
  }),
  {
    description: 'What the caller may do.',
    example: { items: [{ ...questionExample, allowed: true }] },
  },
);

export const viewerSchema = responseSchema(
  'Viewer',
  z.strictObject({
    username: z.string().meta({ description: 'Name of the user.' }),
    uid: z.string().nullable().meta({ description: 'UID of the user; null if there is none.' }),
    groups: z.array(z.string()).meta({ description: 'Groups of the user.' }),
    kind: z.string().meta({ description: 'Kind of the credential.' }),
    credentialId: z.string().nullable().meta({ description: 'Id of the credential.' }),
    expiresAt: timestampOrNull('When the credential ends; null if it is not known.'),
    scope: viewerScopeSchema
      .nullable()
      .meta({ description: 'What the token is limited to; null for other credentials.' }),
  }),
  {
    description: 'The caller, and the credential of the request.',
    example: {
      username: 'system:serviceaccount:shop:app',
      uid: '3f1c7c6e-0000-4000-8000-000000000000',
      groups: ['system:serviceaccounts', 'system:authenticated'],
      kind: 'serviceAccount',
      credentialId: 'sa:3f1c',
      expiresAt: '2026-11-30T09:00:00Z',
      scope: null,
    },
  },
);

export const whoami = defineOperation({
  id: 'whoami',
  tag: 'Access',
  summary: 'Read as whom the gateway knows the caller',
  description: 'Names the user, the groups, and the credential of the request.',
  right: 'none',
  method: 'GET',
  path: '/v1/whoami',
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: undefined,
  action: 'access.review',
  answers: [{ status: 200, description: 'The caller.', schema: viewerSchema }],
});

export const reviewAccess = defineOperation({
  id: 'reviewAccess',
  tag: 'Access',
  summary: 'Ask what the caller may do, also for rights that only the gateway knows',
  description:
    'Answers whether the gateway would carry out each operation. Alternatives, the scope of a ' +
    'token, and served namespaces count.',
  right: 'none',
  method: 'POST',
  path: '/v1/access-reviews',
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: reviewRequestSchema,
    bytesMax: 256 * 1024,
  },
  action: 'access.review',
  problems: ['Invalid'],
  answers: [{ status: 200, description: 'The answers.', schema: reviewSchema }],
});
