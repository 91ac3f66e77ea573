import { z } from 'zod';
import { requestSchema, responseSchema, timestamp, timestampOrNull } from '../core/api-schema.js';
import { viewerScopeSchema } from '../core/viewer-scope.schema.js';
import { actionsOf } from '../access/domain/scope-actions.js';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { continueSchema, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
import { isAddressRange } from '../platform/http/domain/address-ranges.js';

const listOf = (item: z.ZodString, description: string) =>
  z.array(item).max(limits.ownTokenScopeItemsMax).optional().meta({ description });
const identityText = z.string().min(1).max(limits.identityValueBytesMax);
const namespaceGlob = z.string().regex(/^[-a-z0-9*]{1,63}$/);

export const tokenScopeSchema = z.strictObject({
  namespaces: listOf(namespaceGlob, 'Namespaces, with `*` as a wildcard.'),
  secrets: listOf(z.string().regex(/^[-.a-z0-9*]{1,253}$/), 'Secrets, with `*` as a wildcard.'),
  keys: listOf(z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/), 'Keys; other keys cannot be used.'),
  actions: listOf(
    z.string().refine((entry) => actionsOf(entry).length > 0, 'is no action and no set of them'),
    'Actions of the audit trail, or sets such as `read`.',
  ),
  cidrs: listOf(
    z.string().refine(isAddressRange, 'neither an address nor a CIDR range'),
    'Addresses from which the token may be used.',
  ),
});

const actAsSchema = z.xor([
  z.strictObject({
    user: identityText.meta({ description: 'Name of the user.' }),
    groups: z
      .array(identityText)
      .max(limits.ownTokenActingGroupsMax)
      .optional()
      .meta({ description: 'Groups of the user.' }),
  }),
  z.strictObject({
    serviceAccount: z
      .strictObject({
        namespace: identityText.meta({ description: 'Namespace of the ServiceAccount.' }),
        name: identityText.meta({ description: 'Name of the ServiceAccount.' }),
      })
      .meta({ description: 'A ServiceAccount of the cluster.' }),
  }),
]);

export const createTokenSchema = requestSchema(
  'TokenRequest',
  z.strictObject({
    description: z
      .string()
      .min(1)
      .max(limits.ownTokenDescriptionCharactersMax)
      .meta({ description: 'What the token is for.' }),
    expiresInSeconds: z.int().min(1).meta({ description: 'Lifetime in seconds.' }),
    actAs: actAsSchema
      .optional()
      .meta({ description: 'As whom the token acts; the caller if absent.' }),
    scope: tokenScopeSchema
      .optional()
      .meta({ description: 'What the token is limited to; nothing if absent.' }),
  }),
  {
    description: 'A token to create.',
    example: {
      description: 'shop in CI',
      expiresInSeconds: 86_400,
      scope: { namespaces: ['shop'], actions: ['read'] },
    },
  },
);

export type ActAs = z.infer<typeof actAsSchema>;
export type CreateTokenRequest = z.infer<typeof createTokenSchema>;

const tokenMembers = {
  id: z.string().meta({ description: 'Id of the token; not the token itself.' }),
  description: z.string().meta({ description: 'What the token is for.' }),
  owner: z.string().meta({ description: 'User who created the token.' }),
  actsAs: z.string().meta({ description: 'User as whom the token acts.' }),
  scope: viewerScopeSchema.meta({ description: 'What the token is limited to.' }),
  createdAt: timestamp('When the token was created.'),
  expiresAt: timestamp('When the token ends.'),
  lastUsedAt: timestampOrNull('When the token was last used; null if never.'),
};
const tokenExample = {
  id: '0aB1cD2eF3gH4iJ5',
  description: 'shop in CI',
  owner: 'jane@example.com',
  actsAs: 'jane@example.com',
  scope: { namespaces: ['shop'], secrets: null, keys: null, actions: ['read'], cidrs: null },
  createdAt: '2026-11-30T08:00:00Z',
  expiresAt: '2026-12-01T08:00:00Z',
  lastUsedAt: null,
};
export const tokenSchema = responseSchema('Token', z.strictObject(tokenMembers), {
  description: 'A token of the gateway, without the token itself.',
  example: tokenExample,
});
export const createdTokenSchema = responseSchema(
  'CreatedToken',
  z.strictObject({
    ...tokenMembers,
    token: z
      .string()
      .nullable()
      .meta({ description: 'The token, once; null in a repeated response and in a dry run.' }),
    warnings: z.array(z.string()).meta({ description: 'Sentences for the caller.' }),
  }),
  {
    description: 'A new token. No later response contains it.',
    example: { ...tokenExample, token: null, warnings: [] },
  },
);
const tokenListSchema = responseSchema(
  'TokenList',
  z.strictObject({
    items: z.array(tokenSchema).meta({ description: 'Tokens, newest first.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of tokens.', example: { items: [tokenExample] } },
);

const path = '/v1/tokens';

export const createToken = defineOperation({
  id: 'createToken',
  tag: 'Tokens',
  summary: 'Create a token; no later response contains it',
  description:
    'Creates a token that acts as the caller or, with `actAs`, as somebody else, and that is ' +
    'limited to a scope. A token cannot give more than its creator has (docs/tokens.md).',
  right: '`create accesstokens` in the namespaces of the scope; with actAs also `impersonate`',
  method: 'POST',
  path,
  params: z.strictObject({}),
  query: writeQuery,
  headers: ['Idempotency-Key'],
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: createTokenSchema,
    bytesMax: 256 * 1024,
  },
  action: 'tokens.create',
  problems: ['Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: [
    {
      status: 201,
      description: 'Created.',
      headers: ['Location', 'Warning', 'Idempotent-Replayed'],
      schema: createdTokenSchema,
    },
  ],
});

export const listTokens = defineOperation({
  id: 'listTokens',
  tag: 'Tokens',
  summary: "List one's own tokens, and those of others where the caller may",
  description: 'Lists tokens without themselves: their owners, scopes and ends.',
  right: 'none for own tokens; `list accesstokens` for those of others',
  method: 'GET',
  path,
  params: z.strictObject({}),
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) }),
  body: undefined,
  action: 'tokens.list',
  problems: ['Expired', 'Invalid'],
  answers: [
    { status: 200, description: 'A page of tokens.', headers: ['Link'], schema: tokenListSchema },
  ],
});

const tokenIdSchema = z
  .string()
  .regex(/^[0-9A-Za-z]{16}$/)
  .meta({ description: 'Id of the token.', examples: ['0aB1cD2eF3gH4iJ5'] });

export const revokeToken = defineOperation({
  id: 'revokeToken',
  tag: 'Tokens',
  summary: 'End a token and all that were created with it',
  description: 'Ends a token at once. A repetition has the same response.',
  right: 'none for own tokens; `delete accesstokens` for those of others',
  method: 'DELETE',
  path: `${path}/:id`,
  params: z.strictObject({ id: tokenIdSchema }),
  query: writeQuery,
  headers: ['Idempotency-Key'],
  body: undefined,
  action: 'tokens.revoke',
  problems: ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: [
    {
      status: 200,
      description: 'The token as it was.',
      headers: ['Idempotent-Replayed'],
      schema: tokenSchema,
    },
  ],
});
