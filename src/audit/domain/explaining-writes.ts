import { limits } from '../../core/limits.js';
import type { AuditAction } from './audit-event.js';
import type { AuditFilter } from './audit-filter.js';
import type { AuditEventView } from './audit-view.js';
import type { KubernetesAuditEvent } from './kubernetes-event.js';

/** Actions that change or delete a Secret. */
const writes: readonly AuditAction[] = [
  'secrets.create',
  'secrets.update',
  'secrets.patch',
  'secrets.delete',
  'versions.restore',
  'imports.deliver',
  'imports.withdraw',
  'syncs.pull',
];

type Explaining = Required<
  Pick<AuditFilter, 'source' | 'namespace' | 'secret' | 'action' | 'sinceMs'>
>;

/**
 * Returns the filter of the writes that can explain a Secret which was written in the second of the
 * intent or later; the intent's own write is among these.
 */
export function explainingWrites({
  requestReceivedTimestamp,
  objectRef,
}: KubernetesAuditEvent): Explaining {
  const { namespace = '', name = '' } = objectRef ?? {};
  // The cluster states the times of writes in seconds, and a write may run for long.
  const secondMs = Math.floor(Date.parse(requestReceivedTimestamp) / 1_000) * 1_000;
  const sinceMs = secondMs - limits.writeMsMax;
  return { source: 'gateway', namespace, secret: name, action: writes, sinceMs };
}

/** Reports whether none of these events is another write that can explain the same state. */
export function isOnlyWriteAmong(
  intent: KubernetesAuditEvent,
  events: readonly Pick<
    AuditEventView,
    'auditId' | 'source' | 'namespace' | 'secret' | 'action' | 'time'
  >[],
): boolean {
  const { source, namespace, secret, action, sinceMs } = explainingWrites(intent);
  return !events.some(
    (event) =>
      event.auditId !== intent.auditID &&
      event.source === source &&
      event.namespace === namespace &&
      event.secret === secret &&
      action.includes(event.action) &&
      Date.parse(event.time) >= sinceMs,
  );
}
