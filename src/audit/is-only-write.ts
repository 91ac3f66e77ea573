import { limits } from '../core/limits.js';
import type { AuditService } from './audit.service.js';
import type { AuditAction } from './domain/audit-event.js';
import { annotation, type KubernetesAuditEvent } from './domain/kubernetes-event.js';

const writes: readonly AuditAction[] = [
  'secrets.create',
  'secrets.update',
  'secrets.patch',
  'secrets.delete',
  'versions.restore',
];

/** Writes of copies: one replica does them, one after the other for each import. */
const copies: readonly AuditAction[] = ['imports.deliver', 'imports.withdraw'];

/**
 * Reports whether the gateway's events contain no other write to this object: neither since, nor
 * shortly before, as it may have run for long. False also if that takes long to determine.
 */
export async function isOnlyWrite(
  audit: Pick<AuditService, 'list'>,
  { auditID, requestReceivedTimestamp, objectRef, annotations }: KubernetesAuditEvent,
): Promise<boolean> {
  const { namespace = '', name = '' } = objectRef ?? {};
  const isAlone = async (action: readonly AuditAction[], sinceMs: number): Promise<boolean> => {
    const filter = { source: 'gateway', namespace, secret: name, action, sinceMs } as const;
    const page = await audit.list(filter, { limit: 2 });
    return page.continue === undefined && page.items.every(({ auditId }) => auditId === auditID);
  };
  const receivedMs = Date.parse(requestReceivedTimestamp);
  const longBeforeMs = receivedMs - limits.writeMsMax;
  const isCopy = copies.some((action) => action === annotations[annotation.action]);
  // An earlier write of a copy has ended; the cluster states times of writes in seconds.
  const copiesSinceMs = isCopy ? Math.floor(receivedMs / 1_000) * 1_000 : longBeforeMs;
  return (await isAlone(writes, longBeforeMs)) && isAlone(copies, copiesSinceMs);
}
