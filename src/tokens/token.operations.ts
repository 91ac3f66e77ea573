import { z } from 'zod';
import { viewerScopeSchema } from '../core/viewer-scope.schema.js';
import { actionsOf } from '../access/domain/scope-actions.js';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { pageSizeSchema } from '../core/page.js';
import { isAddressRange } from '../platform/http/domain/address-ranges.js';

const listOf = (item: z.ZodString) => z.array(item).max(limits.ownTokenScopeItemsMax).optional();
const identityText = z.string().min(1).max(limits.identityValueBytesMax);
const namespaceGlob = z.string().regex(/^[-a-z0-9*]{1,63}$/);

export const tokenScopeSchema = z.strictObject({
  namespaces: listOf(namespaceGlob),
  secrets: listOf(z.string().regex(/^[-.a-z0-9*]{1,253}$/)),
  keys: listOf(z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/)),
  actions: listOf(
    z.string().refine((entry) => actionsOf(entry).length > 0, 'is no action and no set of them'),
  ),
  cidrs: listOf(z.string().refine(isAddressRange, 'neither an address nor a CIDR range')),
});

const actAsSchema = z.union([
  z.strictObject({
    user: identityText,
    groups: z.array(identityText).max(limits.ownTokenActingGroupsMax).optional(),
  }),
  z.strictObject({
    serviceAccount: z.strictObject({ namespace: identityText, name: identityText }),
  }),
]);

export const createTokenSchema = z.strictObject({
  description: z.string().min(1).max(limits.ownTokenDescriptionCharactersMax),
  expiresInSeconds: z.int().min(1),
  actAs: actAsSchema.optional(),
  scope: tokenScopeSchema.optional(),
});

export type ActAs = z.infer<typeof actAsSchema>;
export type CreateTokenRequest = z.infer<typeof createTokenSchema>;

const tokenSchema = z.strictObject({
  id: z.string(),
  description: z.string(),
  owner: z.string(),
  actsAs: z.string(),
  scope: viewerScopeSchema,
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
});

const path = '/v1/tokens';
const writeQuery = z.strictObject({ dryRun: z.enum(['All']).optional() });

export const createToken = defineOperation({
  id: 'createToken',
  summary: 'Mint a token; it is shown in this answer and never again',
  method: 'POST',
  path,
  params: z.strictObject({}),
  query: writeQuery,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: createTokenSchema,
    bytesMax: 256 * 1024,
  },
  action: 'tokens.create',
  answers: [
    {
      status: 201,
      description: 'The token; null in a replay and in a dry run',
      schema: tokenSchema.extend({
        token: z.string().nullable(),
        warnings: z.array(z.string()),
      }),
    },
  ],
});

export const listTokens = defineOperation({
  id: 'listTokens',
  summary: "List one's own tokens, and those of others where the caller may",
  method: 'GET',
  path,
  params: z.strictObject({}),
  query: z.strictObject({
    limit: pageSizeSchema,
    continue: z.string().min(1).max(1_024).optional(),
  }),
  body: undefined,
  action: 'tokens.list',
  answers: [
    {
      status: 200,
      description: 'Tokens without themselves, newest first',
      schema: z.strictObject({ items: z.array(tokenSchema), continue: z.string().optional() }),
    },
  ],
});

export const revokeToken = defineOperation({
  id: 'revokeToken',
  summary: 'End a token and all that were minted with it',
  method: 'DELETE',
  path: `${path}/:id`,
  params: z.strictObject({ id: z.string().regex(/^[0-9A-Za-z]{16}$/) }),
  query: writeQuery,
  body: undefined,
  action: 'tokens.revoke',
  answers: [{ status: 200, description: 'What it was', schema: tokenSchema }],
});
