import { AuditNotWritten } from '../audit-not-written.js';
import type { AuditWriter } from '../audit-writer.js';
import type { RollbackGuard } from './rollback-guard.js';

type Writer = Pick<AuditWriter, 'append' | 'commit'>;

/** Appends as the writer does, but nothing to a log that is not what was anchored of it. */
export function guardedAppend(writer: Writer, guard: () => Pick<RollbackGuard, 'refusal'>): Writer {
  const guarded = async <T>(write: () => Promise<T>): Promise<T> => {
    const { refusal } = guard();
    if (refusal !== undefined) throw new AuditNotWritten(refusal);
    return write();
  };
  return {
    append: (entry) => guarded(() => writer.append(entry)),
    commit: (entry) => guarded(() => writer.commit(entry)),
  };
}
