import { DRY_RUN_MARK } from '../../audit/domain/event-marks.js';
import { namesIn } from '../../audit/domain/index-columns.js';
import { annotation, type KubernetesAuditEvent } from '../../audit/domain/kubernetes-event.js';
import type { IntentOutcome } from '../../audit/domain/outcome-of-intent.js';
import type { IntentProbe } from '../../audit/resolve-intents.js';
import { authorOfIntent, originOfIntent } from '../domain/intent-author.js';
import type { SecretHistory } from '../domain/secret-history.js';
import { isLastWrittenHere, type SecretRef, type StoredSecret } from '../domain/secret.js';

export interface IntentProbeDependencies {
  /** The Secret as it is now; adds the ids of its calls. */
  readonly read: (ref: SecretRef, upstreamIds: string[]) => Promise<StoredSecret>;
  /** Whether the trail has no other write that could have left what `read` finds. */
  readonly isOnlyWrite: (intent: KubernetesAuditEvent) => Promise<boolean>;
  readonly history: Pick<SecretHistory, 'attribute'>;
}

/**
 * What became of a write, as far as the Secret proves it: a gateway wrote it since, and that can
 * have been no other write. Its absence proves nothing: whoever deletes what never was, or may not,
 * leaves the same. The version that a proven write led to gets the author of the intent. Rejects
 * where something cannot be read.
 */
export function intentProbe({ read, isOnlyWrite, history }: IntentProbeDependencies): IntentProbe {
  return async (intent, upstreamIds) => {
    const { namespace, name } = intent.objectRef ?? {};
    const action = intent.annotations[annotation.action];
    // It leaves nothing, however it ended.
    if (namesIn(intent.annotations[annotation.marks]).includes(DRY_RUN_MARK)) return 'unknown';
    if (namespace === undefined || name === undefined) return 'unknown';
    if (action === 'secrets.delete' || !(await isOnlyWrite(intent))) return 'unknown';
    const found = await read({ namespace, name }, upstreamIds);
    const outcome = outcomeSeen(intent, found);
    if (outcome === 'succeeded' && isLastWrittenHere(found)) {
      await history.attribute(found, authorOfIntent(intent), originOfIntent(intent));
    }
    return outcome;
  };
}

/** Kubernetes tells times in seconds. */
function outcomeSeen(intent: KubernetesAuditEvent, found: StoredSecret): IntentOutcome {
  const intentSeconds = Math.floor(Date.parse(intent.requestReceivedTimestamp) / 1_000);
  const isSince = (time: string | undefined) =>
    time !== undefined && Math.floor(Date.parse(time) / 1_000) >= intentSeconds;
  const isOld = intent.annotations[annotation.action] !== 'secrets.create';
  return isSince(found.writtenHereAt) && (isOld || isSince(found.createdAt))
    ? 'succeeded'
    : 'unknown';
}
