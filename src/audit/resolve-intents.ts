import type { AuditService } from './audit.service.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';
import type { IntentOutcome } from './domain/outcome-of-intent.js';

/**
 * Determines from the cluster what became of a write. Ids of its own calls are added to
 * `upstreamIds`, even if it fails: the cluster reports them.
 */
export type IntentProbe = (
  intent: KubernetesAuditEvent,
  upstreamIds: string[],
) => Promise<IntentOutcome>;

/**
 * Concludes every open intent, each once. It runs at start, before the first request, and again
 * whenever a write ended without an outcome. A probe that fails leaves `unknown`, because an intent
 * must not stay open. Returns how many there were; throws if the log cannot be written.
 */
export async function resolveIntents(audit: AuditService, probe: IntentProbe): Promise<number> {
  let resolved = 0;
  for (;;) {
    const open = await audit.openIntents();
    if (open.length === 0) return resolved;
    for (const intent of open) {
      const upstreamIds: string[] = [];
      const outcome = await probe(intent.event, upstreamIds).catch(() => 'unknown' as const);
      await audit.resolveIntent(intent, { outcome, upstreamIds });
      resolved += 1;
    }
  }
}
