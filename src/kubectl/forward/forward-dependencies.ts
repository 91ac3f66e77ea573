import type { AccessService, Grant, ResourceRequest } from '../../access/access.service.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import type { AuthorizationMonitor } from '../../access/authorization-monitor.service.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import type { AuditService } from '../../audit/audit.service.js';
import type { AuditAction, AuditPlane } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { RawAnswer, RawCall, RawRequest, RawUpstream } from '../../core/forwarding.js';
import { limits } from '../../core/limits.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import { deniedAnswer } from '../domain/forward/denied-answer.js';
import type { ForwardedRequest, ShownSecret } from '../domain/forward/forwarded.js';
import type { RevealLimiter } from './reveal-limiter.js';
import type { SecretChecks } from '../../secrets/domain/secret-checks.js';
import type { SecretHistory } from '../../secrets/domain/secret-history.js';
import type { SecretStore } from '../../secrets/domain/secret.store.js';

export interface ForwardDependencies {
  readonly calls: CallRunner;
  readonly audit: AuditService;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly history: SecretHistory;
  readonly checks: SecretChecks;
  readonly cache: SecretCache;
  readonly store: Pick<SecretStore, 'get'>;
  readonly upstream: RawUpstream;
  /** Sends a write as a dry run, and returns the whole Secret that it would lead to. */
  readonly rehearse: (call: RawCall, raw: RawRequest) => Promise<RawAnswer>;
  readonly standing: Pick<AuthorizationMonitor, 'stream'>;
  readonly turns: RevealLimiter;
}

/** Returns a call as the caller, whose rights the API server knows. */
export function callerCall(ctx: CallContext, trace: CallTrace): RawCall {
  return { ctx, as: 'caller', trace };
}

/** Throws 403 before any upstream call if the gateway does not serve the namespace. */
export function requireReachable(served: ServedNamespaces, namespace: string): void {
  if (namespace === '') served.requireAllReachable();
  else served.requireReachable(namespace);
}

/**
 * Returns the API server's answer. If the gateway may not act, a caller without the right gets the
 * denial that Kubernetes would return to the caller.
 */
export async function explained<T>(
  { access }: ForwardDependencies,
  call: RawCall,
  { verb, namespace, name }: ForwardedRequest,
  answer: Promise<T>,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SallyportError && error.isInstallationFault) {
      const right = secretRight(verb, { namespace, name: verb === 'create' ? '' : name });
      await requireRight(access.tracedBy(call.trace.upstreamIds), call.ctx, right);
    }
    throw error;
  }
}

/** Returns a decision of Kubernetes; throws its denial in the API server's form. */
export async function requireRight(
  access: AccessService,
  ctx: CallContext,
  right: ResourceRequest,
): Promise<Grant> {
  try {
    return await access.require(ctx, right);
  } catch (error) {
    const isDenial = error instanceof SallyportError && error.code === 'Forbidden';
    throw isDenial ? deniedAnswer(error, right.name) : error;
  }
}

/** Records every Secret of an answer: one event each, under the event of the request. */
export async function recordShown(
  { audit, turns }: ForwardDependencies,
  ctx: CallContext,
  action: AuditAction,
  shown: readonly ShownSecret[],
  plane: AuditPlane = 'caller',
): Promise<void> {
  for (let start = 0; start < shown.length; start += limits.kubectlRevealsAtOnceMax) {
    const some = shown.slice(start, start + limits.kubectlRevealsAtOnceMax);
    const record = ({ namespace, name: secret, keys }: ShownSecret): Promise<void> =>
      audit.record(
        childContext(ctx),
        { action, namespace, secret, keys },
        { outcome: 'allowed', code: 200, plane, upstreamIds: [] },
      );
    await turns.run(some.length, () => Promise.all(some.map(record)));
  }
}

/** Returns Secrets whose values are returned. */
export function revealed(shown: readonly ShownSecret[]): readonly ShownSecret[] {
  return shown.filter(({ keys }) => keys.length > 0);
}
