import type { AccessService, ResourceRequest } from '../access/access.service.js';
import type {
  MonitoredRight,
  AuthorizationMonitor,
} from '../access/authorization-monitor.service.js';
import type { AuditService } from '../audit/audit.service.js';
import type { CallContext } from '../core/call-context.js';
import { badRequest, SallyportError } from '../core/errors/sallyport-error.js';
import { IdentityRefused, Principal } from '../core/principal.js';
import type { ServiceAccountDirectory } from '../tokens/domain/service-account-directory.js';
import { identityOf } from '../tokens/domain/stored-identity.js';
import { impersonationRights } from '../tokens/domain/token-rights.js';
import type { ImpersonationRequest } from './domain/impersonation-request.js';

export interface ImpersonationDependencies {
  readonly access: AccessService;
  readonly standing: Pick<AuthorizationMonitor, 'hold'>;
  readonly accounts: ServiceAccountDirectory;
  readonly audit: Pick<AuditService, 'record'>;
}

/** Placeholder before the uid is known; it is part of no right. */
const UID_NOT_KNOWN = 'not-known';

/** Callers who act as another user: `kubectl --as`. */
export class Impersonation {
  readonly #parts: ImpersonationDependencies;

  constructor(parts: ImpersonationDependencies) {
    this.#parts = parts;
  }

  /**
   * Returns the call as the named user: name, groups and rights are the user's; the credential,
   * with its scope and expiry, stays the caller's. Throws Forbidden, in the API server's words and
   * recorded for `ctx`, if the caller lacks the verb `impersonate` on any part. Throws Forbidden if
   * there is no such ServiceAccount, and BadRequest for an identity that nobody may name.
   * https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
   */
  async actAs(ctx: CallContext, request: ImpersonationRequest): Promise<CallContext> {
    const impersonator = ctx.principal;
    const named = principalOf(request, UID_NOT_KNOWN, impersonator);
    const upstreamIds: string[] = [];
    const rights = rightsOn(named);
    ctx.charge?.(rights.length - 1);
    try {
      const access = this.#parts.access.tracedBy(upstreamIds);
      for (const right of rights) await access.require(ctx, right);
      return { ...ctx, principal: await this.#known(request, named, impersonator), impersonator };
    } catch (error) {
      await this.#recordDenial(ctx, error, upstreamIds);
      throw error;
    }
  }

  /**
   * Monitors a long call: aborts when its caller may no longer act as the user. Never aborts if the
   * caller acts as themselves.
   */
  hold(ctx: CallContext): MonitoredRight {
    const { impersonator, principal } = ctx;
    const rights = impersonator === undefined ? [] : rightsOn(principal);
    const caller = { ...ctx, principal: impersonator ?? principal };
    const held = rights.map((right) => this.#parts.standing.hold(caller, right));
    return {
      signal: AbortSignal.any(held.map(({ signal }) => signal)),
      release: () => held.forEach((one) => one.release()),
    };
  }

  /**
   * Adds the uid of the existing ServiceAccount, for the trail and for authorizers. The API server
   * lets callers act as an absent ServiceAccount; here it must exist.
   */
  async #known(
    request: ImpersonationRequest,
    named: Principal,
    impersonator: Principal,
  ): Promise<Principal> {
    if (request.kind === 'user') return named;
    const uid = await this.#parts.accounts.uidOf(request);
    if (uid !== undefined) return principalOf(request, uid, impersonator);
    // Not as NotFound: kubectl would take that for the requested object.
    throw new SallyportError('Forbidden', 'nobody may act as a ServiceAccount that is not there');
  }

  /** Records a failure, as for every call that no service received. */
  async #recordDenial(
    ctx: CallContext,
    error: unknown,
    upstreamIds: readonly string[],
  ): Promise<void> {
    if (!(error instanceof SallyportError) || error.code !== 'Forbidden') return;
    const { status: code, message: decisionReason } = error;
    const result = { outcome: 'denied', code, plane: 'self', upstreamIds, decisionReason } as const;
    await this.#parts.audit.record(ctx, { action: 'kubectl.request' }, result);
  }
}

/** Returns all rights to act as a user; the API server checks each part separately, too. */
function rightsOn(principal: Principal): readonly ResourceRequest[] {
  return impersonationRights(identityOf(principal));
}

/** Returns another user with the same credential. */
function principalOf(
  request: ImpersonationRequest,
  accountUid: string,
  { kind, credentialId, expiresAtMs, token, scope }: Principal,
): Principal {
  const credential = {
    credentialId,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    ...(token === undefined || scope === undefined ? {} : { token: { ...token, scope } }),
  };
  try {
    return request.kind === 'user'
      ? Principal.forUser({ ...request, ...credential, kind })
      : Principal.forServiceAccount({ ...request, ...credential, uid: accountUid });
  } catch (error) {
    if (!(error instanceof IdentityRefused)) throw error;
    throw badRequest(`--as names an identity that nobody may name: ${error.message}`);
  }
}
