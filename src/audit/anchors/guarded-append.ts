import { AuditNotWritten } from '../audit-not-written.js';
import type { AuditWriter } from '../audit-writer.js';
import type { RollbackGuard } from './rollback-guard.js';

/** Appends as the writer does, but nothing to a log that is not what was anchored of it. */
export function guardedAppend(
  writer: Pick<AuditWriter, 'append'>,
  guard: () => Pick<RollbackGuard, 'refusal'>,
): Pick<AuditWriter, 'append'> {
  return {
    append: (entry) => {
      const { refusal } = guard();
      return refusal === undefined
        ? writer.append(entry)
        : Promise.reject(new AuditNotWritten(refusal));
    },
  };
}
