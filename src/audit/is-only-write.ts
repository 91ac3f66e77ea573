import type { AuditService } from './audit.service.js';
import { explainingWrites, isOnlyWriteAmong } from './domain/explaining-writes.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';

/**
 * Reports whether the gateway's events contain no other write that can have led to the state of the
 * intent's Secret. False also if that takes long to determine.
 */
export async function isOnlyWrite(
  audit: Pick<AuditService, 'list'>,
  intent: KubernetesAuditEvent,
): Promise<boolean> {
  const page = await audit.list(explainingWrites(intent), { limit: 2 });
  return page.continue === undefined && isOnlyWriteAmong(intent, page.items);
}
