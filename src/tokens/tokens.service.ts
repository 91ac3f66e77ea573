import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { narrowScope } from '../access/domain/narrow-scope.js';
import { CallOutcome, type CallTrace, type FoundFacts } from '../calls/domain/call-trace.js';
import { CallRunner } from '../calls/call-runner.service.js';
import type { CallContext } from '../core/call-context.js';
import { invalid, SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { Page } from '../core/page.js';
import type { SecretValue } from '../core/secret-value.js';
import { IdempotencyService } from '../platform/idempotency/idempotency.service.js';
import type { StoredIdentity } from './domain/stored-identity.js';
import { namedNamespaces, tokenRight } from './domain/token-rights.js';
import type { TokenFacts, TokenRecord } from './domain/token-record.js';
import { cursorAfterToken, positionOfToken } from './domain/token-cursor.js';
import { grantFacts, type TokenView, toTokenView } from './domain/token-view.js';
import { type MintDependencies, mintToken, planToken } from './mint-token.js';
import type { CreateTokenRequest } from './token.operations.js';
import { TokenUses } from './token-uses.js';
import { TokenVerification } from './token-verification.js';
import { mayRevoke, visibleTokens } from './token-visibility.js';
import { ActingRights } from './acting-rights.js';
import { Clock } from '../core/clock.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { expiryWarnings } from './domain/expiry-warnings.js';
import { TokensStore } from './tokens.store.js';

export interface TokenWriteOptions {
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | undefined;
}

export interface MintedToken {
  readonly view: TokenView;
  /** Returned once: absent in a replay and a dry run. */
  readonly token: SecretValue | undefined;
  /** Facts that the caller may not expect, such as an earlier expiry. */
  readonly warnings: readonly string[];
}

interface TokensDependencies extends MintDependencies {
  readonly calls: CallRunner;
  readonly idempotency: IdempotencyService;
  readonly verification: Pick<TokenVerification, 'forget'>;
  readonly uses: Pick<TokenUses, 'lastUseOf'>;
  /** False if every credential must be one of the cluster. */
  readonly isAvailable: boolean;
}

/** Service of the gateway's own tokens: mint, list, revoke. */
@Injectable()
export class TokensService {
  readonly #dependencies: TokensDependencies;

  constructor(
    calls: CallRunner,
    access: AccessService,
    idempotency: IdempotencyService,
    store: TokensStore,
    verification: TokenVerification,
    rights: ActingRights,
    uses: TokenUses,
    clock: Clock,
    @Inject(CONFIG) { kubernetes, tokens }: Pick<Config, 'kubernetes' | 'tokens'>,
  ) {
    this.#dependencies = {
      calls,
      access,
      idempotency,
      store,
      verification,
      rights,
      uses,
      clock,
      // In passthrough, the caller's own token is forwarded, and the cluster knows none of these.
      isAvailable: kubernetes.access !== 'passthrough',
      maxLifetimeSeconds: tokens.maxLifetimeSeconds,
    };
  }

  /** Creates a token; only the response of this call contains it. */
  create(
    ctx: CallContext,
    request: CreateTokenRequest,
    options: TokenWriteOptions,
  ): Promise<MintedToken> {
    const scope = narrowScope(ctx.principal.scope ?? {}, request.scope ?? {});
    const [namespace, ...others] = namedNamespaces(scope) ?? [];
    const place = namespace !== undefined && others.length === 0 ? { namespace } : {};
    const { dryRun } = options;
    const noEffect = dryRun ? { dryRun } : {};
    const facts = { action: 'tokens.create', ...place, tokenScope: scope, ...noEffect } as const;
    return this.#dependencies.calls.write(ctx, facts, async (trace) => {
      trace.plane = 'self';
      const plan = await stored(() => planToken(this.#traced(trace), ctx, request, scope));
      this.#refuseUnavailable();
      const planned = toTokenView({ ...plan, id: '' });
      trace.note({ grant: grantFacts(planned, plan.subject) });
      const { expiresInSeconds } = request;
      if (dryRun) {
        const warnings = expiryWarnings(planned, expiresInSeconds);
        return created({ view: planned, token: undefined, warnings });
      }
      let token: SecretValue | undefined;
      const view = await this.#once(ctx, 'POST tokens', { request, options }, async () => {
        const minted = await stored(() => mintToken(this.#dependencies.store, plan));
        token = minted.token;
        return toTokenView(minted.record);
      });
      // A replay describes the token that was created then.
      const grant = token === undefined ? { grant: grantFacts(view, undefined) } : {};
      const minted = { view, token, warnings: expiryWarnings(view, expiresInSeconds) };
      return created(minted, { token: view.id, ...grant });
    });
  }

  /** Lists the newest first; checks rights again for every page. */
  list(
    ctx: CallContext,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<TokenView>> {
    const after = page.cursor === undefined ? undefined : positionOfToken(page.cursor);
    return this.#dependencies.calls.read(ctx, { action: 'tokens.list' }, async (trace) => {
      trace.plane = 'self';
      const { store, access, clock } = this.#traced(trace);
      const records = await stored(async () => {
        const visibility = await visibleTokens({ store, access }, ctx);
        return store.list(visibility, { limit: page.limit + 1, after, nowMs: clock.nowMs() });
      });
      const items = records.slice(0, page.limit).map((record) => this.#shown(record));
      const last = items.at(-1);
      if (records.length <= page.limit || last === undefined) return { items };
      return { items, continue: cursorAfterToken(last) };
    });
  }

  /**
   * Ends a token and all its children. A caller who may not end any token cannot distinguish
   * another's token from an absent one. A repetition has an equal response.
   */
  revoke(ctx: CallContext, id: string, options: TokenWriteOptions): Promise<TokenView> {
    const { dryRun } = options;
    const facts = { action: 'tokens.revoke', token: id, ...(dryRun ? { dryRun } : {}) } as const;
    return this.#dependencies.calls.write(ctx, facts, async (trace) => {
      trace.plane = 'self';
      const { store, access } = this.#traced(trace);
      let subject: StoredIdentity | undefined;
      const view = await this.#once(ctx, 'DELETE token', { request: id, options }, async () => {
        const everywhere = tokenRight('delete', '');
        const found = await stored(() => store.findOrRevoked(id));
        if (found === undefined || !(await mayRevoke({ store, access }, ctx, found.record))) {
          await access.require(ctx, everywhere);
          throw new SallyportError('NotFound', 'there is no such token');
        }
        ({ subject } = found.record);
        trace.note({ tokenScope: found.record.scope });
        // A repeated call gets an equal response.
        if (found.isRevoked) return toTokenView(found.record);
        const record = { ...found.record, lastUsedAtMs: this.#lastUse(found.record) };
        if (!dryRun) await this.#end(record);
        return toTokenView(record);
      });
      return new CallOutcome(view, { grant: grantFacts(view, subject) });
    });
  }

  #traced(trace: CallTrace): MintDependencies & { readonly access: AccessService } {
    const { upstreamIds } = trace;
    return { ...this.#dependencies, access: this.#dependencies.access.tracedBy(upstreamIds) };
  }

  #shown(record: TokenRecord): TokenView {
    return toTokenView({ ...record, lastUsedAtMs: this.#lastUse(record) });
  }

  #lastUse({ id, lastUsedAtMs }: TokenFacts): number | undefined {
    return this.#dependencies.uses.lastUseOf(id) ?? lastUsedAtMs;
  }

  async #end({ id, lastUsedAtMs }: TokenFacts): Promise<void> {
    const { store, clock, verification } = this.#dependencies;
    const now = { lastUsedAtMs, nowMs: clock.nowMs() };
    verification.forget(await stored(() => store.revoke(id, now)));
  }

  /** Returns the first response to a repetition: only metadata; the token was returned once. */
  async #once(
    ctx: CallContext,
    route: string,
    call: { readonly request: unknown; readonly options: TokenWriteOptions },
    effect: () => Promise<TokenView>,
  ): Promise<TokenView> {
    const { idempotencyKey, dryRun } = call.options;
    if (idempotencyKey === undefined) return effect();
    const outcome = await this.#dependencies.idempotency.run(ctx, {
      route: `${ctx.door} ${route}`,
      key: idempotencyKey,
      fingerprintInput: JSON.stringify([call.request, dryRun]),
      effect: async () => ({ status: 200, body: await effect() }),
    });
    return outcome.body as TokenView; // stored by the effect above, nobody else
  }

  #refuseUnavailable(): void {
    if (this.#dependencies.isAvailable) return;
    throw invalid([], 'with kubernetes.access passthrough all tokens are those of the cluster');
  }
}

function created(minted: MintedToken, found: FoundFacts = {}): CallOutcome<MintedToken> {
  return new CallOutcome(minted, { ...found, success: 'created' });
}

/** Converts a database error to a fault that may pass. */
async function stored<T>(access: () => Promise<T>): Promise<T> {
  try {
    return await access();
  } catch (cause) {
    if (cause instanceof SallyportError) throw cause;
    throw unavailable('tokens cannot be looked up', { cause });
  }
}
