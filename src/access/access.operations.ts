import { z } from 'zod';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { viewerScopeSchema } from '../core/viewer-scope.schema.js';

const text = z.string().max(limits.accessReviewTextCharactersMax);
const named = text.min(1);

export const accessQuestionSchema = z.strictObject({
  verb: named,
  group: text.optional(),
  resource: named,
  subresource: text.optional(),
  namespace: named.meta({ description: '* asks for all namespaces' }),
  name: named.meta({ description: 'A name, SECRET/KEY for secretkeys, or * for all' }),
});
export const accessQuestionsSchema = z
  .array(accessQuestionSchema)
  .min(1)
  .max(limits.accessReviewItemsMax);

const viewerSchema = z.strictObject({
  username: z.string(),
  uid: z.string().nullable(),
  groups: z.array(z.string()),
  kind: z.string(),
  credentialId: z.string().nullable(),
  expiresAt: z.string().nullable(),
  scope: viewerScopeSchema.nullable(),
});

export const whoami = defineOperation({
  id: 'whoami',
  summary: 'By which credential the caller is whom',
  method: 'GET',
  path: '/v1/whoami',
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: undefined,
  action: 'access.review',
  answers: [{ status: 200, description: 'The caller', schema: viewerSchema }],
});

export const reviewAccess = defineOperation({
  id: 'reviewAccess',
  summary: 'Ask what the caller may do, also for rights that only the gateway knows',
  method: 'POST',
  path: '/v1/access-reviews',
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: z.strictObject({ items: accessQuestionsSchema }),
    bytesMax: 256 * 1024,
  },
  action: 'access.review',
  answers: [
    {
      status: 200,
      description: 'Answers in the order of the questions',
      schema: z.strictObject({
        items: z.array(
          accessQuestionSchema.extend({ allowed: z.boolean(), reason: z.string().optional() }),
        ),
      }),
    },
  ],
});
