import { outOfScope } from '../../access/domain/scope-refusal.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import { RefusedByCluster } from '../../core/errors/refused-by-cluster.js';
import type { RawCall } from '../../core/forwarding.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import { redactedRefusal } from '../domain/forward/redacted-refusal.js';
import type { SentKeys } from '../domain/forward/sent-keys.js';
import { touchedKeys } from '../domain/forward/touched-keys.js';
import { type ForwardDependencies, recordShown } from './forward-dependencies.js';

/**
 * Throws the refusal of a patch as its sender may read it. A caller who may read the Secret gets
 * the API server's text, recorded as a reveal if it quotes values.
 */
export async function throwRefusal(
  parts: ForwardDependencies,
  call: RawCall,
  write: ForwardedRequest & { readonly sent: SentKeys },
  error: unknown,
): Promise<never> {
  const { verb, namespace, name, raw, sent } = write;
  if (verb !== 'patch' || !(error instanceof RefusedByCluster)) throw error;
  const redacted = redactedRefusal(error.answer, raw);
  if (redacted === error.answer) throw error;
  if (!(await mayRead(parts, call, { namespace, name }))) {
    throw new RefusedByCluster(error, redacted);
  }
  // The text may quote the whole object.
  const before = await keysBefore(parts, write);
  const keys = touchedKeys({ ...sent, others: 'any' }, { before, after: before });
  const shown = { namespace, name, keys };
  await recordShown(parts, call.ctx, 'secrets.reveal', [shown]);
  throw error;
}

async function mayRead(
  { access }: ForwardDependencies,
  { ctx, trace }: RawCall,
  ref: { readonly namespace: string; readonly name: string },
): Promise<boolean> {
  const reveal = { action: 'secrets.reveal', namespace: ref.namespace, secret: ref.name };
  if (outOfScope(ctx, reveal)) return false;
  const right = secretRight('get', ref);
  const decision = await access
    .tracedBy(trace.upstreamIds)
    .decide(ctx, right)
    .catch(() => undefined);
  return decision?.allowed === true;
}

/** Names of the keys that a Secret has; undefined if the cache does not know. */
export async function keysBefore(
  { cache }: ForwardDependencies,
  { namespace, name }: ForwardedRequest,
): Promise<readonly string[] | undefined> {
  return (await cache.view(namespace, { name }))?.get(name)?.keys;
}
