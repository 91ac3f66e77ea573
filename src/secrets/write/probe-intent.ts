import { DRY_RUN_MARK } from '../../audit/domain/event-marks.js';
import { namesIn } from '../../audit/domain/index-columns.js';
import { annotation, type KubernetesAuditEvent } from '../../audit/domain/kubernetes-event.js';
import type { IntentOutcome } from '../../audit/domain/outcome-of-intent.js';
import type { IntentProbe } from '../../audit/resolve-intents.js';
import { authorOfIntent, originOfIntent } from '../domain/intent-author.js';
import type { SecretHistory } from '../domain/secret-history.js';
import { isLastWrittenHere, type SecretRef, type StoredSecret } from '../domain/secret.js';

export interface IntentProbeDependencies {
  /** Reads the current Secret; adds the ids of its calls. */
  readonly read: (ref: SecretRef, upstreamIds: string[]) => Promise<StoredSecret>;
  /** Reports whether the trail has no other write that explains what `read` finds. */
  readonly isOnlyWrite: (intent: KubernetesAuditEvent) => Promise<boolean>;
  readonly history: Pick<SecretHistory, 'attribute'>;
}

/**
 * Returns a probe of whether a write happened, as far as the Secret proves it. A gateway wrote the
 * Secret since, and no other write explains this. The probe says nothing about a store. Absence
 * proves nothing: a delete that never happened leaves an equal state. The version of a proven write
 * gets the author of the intent. Rejects if something cannot be read.
 */
export function intentProbe({ read, isOnlyWrite, history }: IntentProbeDependencies): IntentProbe {
  return async (intent, upstreamIds) => {
    const { namespace, name } = intent.objectRef ?? {};
    const action = intent.annotations[annotation.action];
    // A dry run leaves nothing, however it ended.
    if (namesIn(intent.annotations[annotation.marks]).includes(DRY_RUN_MARK)) return 'unknown';
    if (namespace === undefined || name === undefined) return 'unknown';
    if (isRemoval(action) || action === 'syncs.push') return 'unknown';
    const found = await read({ namespace, name }, upstreamIds);
    if (outcomeSeen(intent, found) === 'unknown') return 'unknown';
    // Only now: each write that can have led to the state has its intent in the trail.
    if (!(await isOnlyWrite(intent))) return 'unknown';
    if (isLastWrittenHere(found)) {
      await history.attribute(found, authorOfIntent(intent), originOfIntent(intent));
    }
    return 'succeeded';
  };
}

/** Reports an action after which the Secret may be absent. */
function isRemoval(action: string | undefined): boolean {
  return action === 'secrets.delete' || action === 'imports.withdraw';
}

/** Compares times in seconds, as Kubernetes stores them. */
function outcomeSeen(intent: KubernetesAuditEvent, found: StoredSecret): IntentOutcome {
  const intentSeconds = Math.floor(Date.parse(intent.requestReceivedTimestamp) / 1_000);
  const isSince = (time: string | undefined) =>
    time !== undefined && Math.floor(Date.parse(time) / 1_000) >= intentSeconds;
  const isOld = intent.annotations[annotation.action] !== 'secrets.create';
  return isSince(found.writtenHereAt) && (isOld || isSince(found.createdAt))
    ? 'succeeded'
    : 'unknown';
}
