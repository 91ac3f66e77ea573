import { AuditNotWritten } from '../audit-not-written.js';
import type { AuditWriter } from '../audit-writer.js';
import type { ChangeEntry, LogEntry } from '../domain/log-entry.js';
import type { RollbackGuard } from './rollback-guard.js';

type Writer = Pick<AuditWriter, 'append' | 'commit' | 'writers'>;

/** Writer that appends, but nothing to a log that differs from its anchors. */
export class GuardedWriter {
  readonly #writer: Writer;
  readonly #guard: Pick<RollbackGuard, 'refusal'>;

  constructor(writer: Writer, guard: Pick<RollbackGuard, 'refusal'>) {
    this.#writer = writer;
    this.#guard = guard;
  }

  /** Reports whether other processes append to this log. */
  get writers(): AuditWriter['writers'] {
    return this.#writer.writers;
  }

  async append(entry: LogEntry): Promise<number> {
    this.#requireTrusted();
    return this.#writer.append(entry);
  }

  async commit(entry: ChangeEntry): Promise<boolean> {
    this.#requireTrusted();
    return this.#writer.commit(entry);
  }

  #requireTrusted(): void {
    const { refusal } = this.#guard;
    if (refusal !== undefined) throw new AuditNotWritten(refusal);
  }
}
