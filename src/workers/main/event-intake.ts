import type { AuditWriter } from '../../audit/audit-writer.js';
import type { RequestLimits } from '../../http/request-limits.js';
import type { EntryFate, PassedEntry } from '../messages.js';

export interface EventIntakeParts {
  readonly writer: Pick<AuditWriter, 'append'>;
  /** Whether this process refuses requests: it says why to those that are proxied to it. */
  readonly isRefusing: () => boolean;
  readonly limits: Pick<RequestLimits, 'admit'>;
}

/**
 * Takes the events of workers: each is counted against the limit of its credential, as a request
 * of this process is, and appended by the one writer. Nothing is appended of what is declined.
 */
export class EventIntake {
  readonly #parts: EventIntakeParts;

  constructor(parts: EventIntakeParts) {
    this.#parts = parts;
  }

  /** The fates in the order of the entries, once all are known. Never rejects. */
  append(entries: readonly PassedEntry[]): Promise<readonly EntryFate[]> {
    return Promise.all(entries.map((entry) => this.#append(entry)));
  }

  async #append({ json, stage, counted }: PassedEntry): Promise<EntryFate> {
    const { writer, isRefusing, limits } = this.#parts;
    if (isRefusing()) return { kind: 'declined' };
    let fields: Readonly<Record<string, string>> | undefined;
    try {
      fields = counted && limits.admit(counted);
    } catch {
      return { kind: 'declined' };
    }
    try {
      const leafIndex = await writer.append({ json, stage });
      return { kind: 'written', leafIndex, ...(fields !== undefined && { fields }) };
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : 'not written' };
    }
  }
}
