import { randomBytes } from 'node:crypto';
import type { AccessService } from '../access/access.service.js';
import type { CallContext } from '../core/call-context.js';
import type { Clock } from '../core/clock.js';
import { invalid, invalidAt, SallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { SecretValue } from '../core/secret-value.js';
import type { TokenScope } from '../core/token-scope.js';
import type { ActingRights } from './acting-rights.js';
import { actingTarget } from './acting-target.js';
import { identityOf } from './domain/stored-identity.js';
import { rightsOnToken } from './domain/token-rights.js';
import type { TokenRecord } from './domain/token-record.js';
import { formatToken, ID_BYTES, parseToken, SECRET_BYTES, toTokenId } from './domain/token-text.js';
import type { CreateTokenRequest } from './token.operations.js';
import { hashOf } from './token-verification.js';
import { ownerOf } from './token-visibility.js';
import type { TokensStore } from './tokens.store.js';

export interface MintDependencies {
  readonly access: AccessService;
  readonly store: TokensStore;
  readonly rights: ActingRights;
  readonly clock: Clock;
  readonly maxLifetimeSeconds: number;
}

/** Token that may be created: everything but itself. */
export type TokenPlan = Omit<TokenRecord, 'id' | 'secretHash'>;

/**
 * Plans a token. `scope` is the allowed part of the requested scope. Throws Forbidden if the caller
 * lacks a right, Invalid if a rule is broken.
 */
export async function planToken(
  parts: MintDependencies,
  ctx: CallContext,
  request: CreateTokenRequest,
  scope: TokenScope,
): Promise<TokenPlan> {
  const { principal } = ctx;
  refuseTooLong(request, parts.maxLifetimeSeconds);
  for (const right of rightsOnToken('create', scope)) await parts.access.require(ctx, right);
  const parent = await parentOf(parts.store, ctx);
  const owner = identityOf(principal);
  const target = request.actAs && (await actingTarget(ctx, request.actAs, parts));
  const acting = [...(parent?.acting ?? []), ...(target ? [{ owner, target }] : [])];
  if (acting.length > limits.ownTokenActingMax) {
    throw invalidAt('/actAs', `at most ${limits.ownTokenActingMax} in a row`);
  }
  const createdAtMs = parts.clock.nowMs();
  const expiresAtMs = createdAtMs + request.expiresInSeconds * 1_000;
  return {
    description: request.description,
    owner: ownerOf(principal),
    subject: target ?? owner,
    acting,
    scope,
    parentId: parent?.id,
    createdAtMs,
    expiresAtMs: Math.min(expiresAtMs, parent?.expiresAtMs ?? expiresAtMs),
    lastUsedAtMs: undefined,
  };
}

/** Creates the token and stores its hash. */
export async function mintToken(
  store: TokensStore,
  plan: TokenPlan,
): Promise<{ readonly record: TokenRecord; readonly token: SecretValue }> {
  const max = limits.ownTokensPerOwnerMax;
  if ((await store.count(plan.owner, max)) >= max) {
    throw invalid([], `this owner has ${max} tokens already: revoke some`);
  }
  const id = toTokenId(randomBytes(ID_BYTES));
  const text = formatToken(id, randomBytes(SECRET_BYTES));
  const record = { ...plan, id, secretHash: hashOf(parseToken(text)?.secret ?? '') };
  if (!(await store.insert(record))) throw parentGone();
  return { record, token: SecretValue.fromBytes(Buffer.from(text, 'ascii')) };
}

async function parentOf(store: TokensStore, { principal }: CallContext) {
  if (principal.token === undefined) return undefined;
  const parent = await store.find(principal.token.id);
  if (parent === undefined) throw parentGone();
  return parent;
}

/** Returns the error: the token was valid a moment ago, when the request arrived. */
function parentGone(): SallyportError {
  return new SallyportError('Forbidden', 'the token that this request came with is revoked');
}

function refuseTooLong({ expiresInSeconds }: CreateTokenRequest, maxSeconds: number): void {
  if (expiresInSeconds > maxSeconds) throw invalidAt('/expiresInSeconds', `at most ${maxSeconds}`);
}
