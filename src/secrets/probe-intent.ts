import { SallyportError } from '../core/errors/sallyport-error.js';
import type { SecretRef, StoredSecret } from './domain/secret.js';
import { DRY_RUN_MARK } from '../audit/domain/build-event.js';
import { annotation, type KubernetesAuditEvent } from '../audit/domain/kubernetes-event.js';
import type { IntentOutcome } from '../audit/domain/outcome-of-intent.js';
import type { IntentProbe } from '../audit/resolve-intents.js';

/**
 * What became of a write, seen from the Secret as it is now: whether it is there, and whether it
 * was written since the intent. Kubernetes tells times in seconds.
 */
export function intentProbe(read: (ref: SecretRef) => Promise<StoredSecret>): IntentProbe {
  return async (intent) => {
    if (intent.annotations[annotation.marks] === DRY_RUN_MARK) return 'failed';
    const { namespace, name } = intent.objectRef ?? {};
    if (namespace === undefined || name === undefined) return 'unknown';
    try {
      return outcomeSeen(intent, await read({ namespace, name }));
    } catch (error) {
      if (!(error instanceof SallyportError && error.code === 'NotFound')) return 'unknown';
      return outcomeSeen(intent, undefined);
    }
  };
}

function outcomeSeen(intent: KubernetesAuditEvent, found: StoredSecret | undefined): IntentOutcome {
  const intentSeconds = Math.floor(Date.parse(intent.requestReceivedTimestamp) / 1_000);
  const isSince = (time: string | undefined) =>
    time !== undefined && Math.floor(Date.parse(time) / 1_000) >= intentSeconds;
  switch (intent.annotations[annotation.action]) {
    case 'secrets.create':
      return isSince(found?.createdAt) ? 'succeeded' : 'failed';
    case 'secrets.delete':
      return found === undefined ? 'succeeded' : 'failed';
    default:
      if (found === undefined) return 'unknown';
      return isSince(found.updatedAt ?? found.createdAt) ? 'succeeded' : 'failed';
  }
}
