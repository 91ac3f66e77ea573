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
 * Reports whether the gateway's events contain no other write to this object: neither since, nor
 * shortly before, as it may have run for long. False also if that takes long to determine.
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
