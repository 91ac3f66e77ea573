import { AuditService } from '../../../src/audit/audit.service.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import type { LogEntry } from '../../../src/audit/domain/log-entry.js';
import { SystemClock } from '../../../src/core/clock.js';

/** A trail of which the test says what is written; it can only be written to. */
export function auditOver(
  append: (event: KubernetesAuditEvent) => number | Promise<number>,
): AuditService {
  const unused = () => Promise.reject(new Error('not used here'));
  const reader = { list: unused, get: unused, counts: unused, openIntents: unused };
  const writer = {
    append: async ({ json }: LogEntry) => append(JSON.parse(json) as KubernetesAuditEvent),
    commit: unused,
  };
  return new AuditService(writer, reader, new SystemClock());
}
