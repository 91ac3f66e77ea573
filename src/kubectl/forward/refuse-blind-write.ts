import { secretRight } from '../../access/domain/secret-rights.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import { SallyportError, invalid } from '../../core/errors/sallyport-error.js';
import type { RawRequest } from '../../core/forwarding.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import { isApply } from '../domain/forward/patch-types.js';
import { mayReveal } from '../domain/forward/scoped-view.js';
import { mayWriteValues } from '../domain/forward/value-writes.js';
import { immutableReason } from '../../secrets/domain/replace-plan.js';
import { type ForwardDependencies, requireRight } from './forward-dependencies.js';

/**
 * Refuses, to a token that may not read values, a write that the API server accepts only if it
 * repeats the stored values. Throws Forbidden for an apply without force, Invalid for a write to an
 * immutable Secret, and the denial of a caller without the right.
 */
export async function refuseBlindWrite(
  parts: ForwardDependencies,
  ctx: CallContext,
  trace: CallTrace,
  request: ForwardedRequest,
): Promise<void> {
  const { verb, namespace, name, raw } = request;
  const { scope } = ctx.principal;
  if (scope === undefined || mayReveal(scope) || !mayWriteValues(request)) return;
  if (isApply(raw) && !isForced(raw)) throw conflictsWouldTell();
  const access = parts.access.tracedBy(trace.upstreamIds);
  await requireRight(access, ctx, secretRight(verb, { namespace, name }));
  if (!(await isImmutable(parts, ctx, trace, { namespace, name }))) return;
  const sentence = `Secret "${name}" is invalid: data: Forbidden: ${immutableReason}`;
  throw invalid([{ pointer: 'data', reason: immutableReason }], sentence);
}

/** Returns the refusal: a conflict names each field of another manager that would change. */
function conflictsWouldTell(): SallyportError {
  const sentence =
    'the token may not read values, and the conflicts of an apply would reveal them: ' +
    'force it (kubectl apply --server-side --force-conflicts)';
  return new SallyportError('Forbidden', sentence);
}

function isForced({ query }: RawRequest): boolean {
  const given = query.filter(([name]) => name === 'force');
  return given.length > 0 && given.every(([, value]) => value === 'true');
}

async function isImmutable(
  { served, store }: ForwardDependencies,
  ctx: CallContext,
  trace: CallTrace,
  ref: { readonly namespace: string; readonly name: string },
): Promise<boolean> {
  const as = served.isServed(ref.namespace) ? 'broker' : 'caller';
  const found = await foundOrUndefined(() => store.get({ ctx, as, trace }, ref));
  return found?.immutable ?? false;
}
