import { limits } from '../core/limits.js';
import type { AuditService } from './audit.service.js';
import type { AuditAction } from './domain/audit-event.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';

const writes: readonly AuditAction[] = [
  'secrets.create',
  'secrets.update',
  'secrets.patch',
  'secrets.delete',
  'versions.restore',
];

/**
 * Whether the gateway's events tell of no other write to the object of this one: neither since,
 * nor shortly before, for it may have run for long. False also where that takes long to find out.
 */
export async function isOnlyWrite(
  audit: Pick<AuditService, 'list'>,
  { auditID, requestReceivedTimestamp, objectRef }: KubernetesAuditEvent,
): Promise<boolean> {
  const { namespace = '', name = '' } = objectRef ?? {};
  const sinceMs = Date.parse(requestReceivedTimestamp) - limits.writeMsMax;
  const filter = { source: 'gateway', namespace, secret: name, action: writes, sinceMs } as const;
  const page = await audit.list(filter, { limit: 2 });
  return page.continue === undefined && page.items.every(({ auditId }) => auditId === auditID);
}
