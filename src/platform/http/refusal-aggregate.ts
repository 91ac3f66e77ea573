import { randomUUID } from 'node:crypto';
import type { AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import type { AuditCaller } from '../../audit/domain/build-event.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';

interface Counted {
  /** Of the event that they share. */
  readonly auditId: string;
  readonly caller: AuditCaller;
  readonly code: number;
  readonly reason: string;
  count: number;
}

/** Writes down what was refused. */
export interface RefusalLog {
  record(caller: AuditCaller, facts: AuditFacts, result: AuditResult): Promise<void>;
}

export interface RefusalAggregateOptions {
  readonly windowMs: number;
  /** Whether one more caller may have an event of its own; always if absent. */
  readonly mayName?: () => boolean;
  /** Whether events wait until the trail has room for them; never if absent. */
  readonly mustWait?: () => boolean;
}

/** A refusal that is not recorded by itself. */
export interface CountedRefusal {
  /** Whose it is, and for what: refusals of one key share an event. */
  readonly key: string;
  /** Of the event that those share which have none of their own. */
  readonly othersKey: string;
  readonly caller: AuditCaller;
  readonly error: SallyportError;
}

/**
 * Refusals that are recorded as one event for each caller and reason in a window: a flood must not
 * fill the audit log, and must not go without a trace either.
 */
export class RefusalAggregate {
  readonly #audit: RefusalLog;
  readonly #options: RefusalAggregateOptions;
  #counted = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(audit: RefusalLog, options: RefusalAggregateOptions) {
    this.#audit = audit;
    this.#options = options;
  }

  /** Returns the audit id of the event that will tell of it. */
  add(refusal: CountedRefusal): string {
    const counted = this.#entryOf(refusal);
    counted.count += 1;
    this.#timer ??= this.#flushLater();
    return counted.auditId;
  }

  /** Writes down what was counted; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#options.mustWait?.() === true) {
      if (this.#counted.size > 0) this.#timer = this.#flushLater();
      return;
    }
    const counted = this.#counted;
    this.#counted = new Map();
    this.#flushing = this.#flushing.then(() => this.#write(counted));
    await this.#flushing;
  }

  #flushLater(): NodeJS.Timeout {
    return setTimeout(() => void this.flush(), this.#options.windowMs).unref();
  }

  #entryOf({ key, othersKey, caller, error }: CountedRefusal): Counted {
    const first = { caller, code: error.status, reason: error.internal ?? error.code };
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    const isFull = this.#counted.size >= limits.refusalAggregatesMax;
    if (!isFull && this.#options.mayName?.() !== false) return this.#put(key, first);
    // Whose they were is lost beyond the bound; that they were is not.
    const { auditId } = caller;
    const nobody = { auditId, requestUri: '', sourceIp: '' };
    return (
      this.#counted.get(othersKey) ??
      this.#put(othersKey, { ...first, caller: nobody, reason: error.code })
    );
  }

  #put(
    key: string,
    first: Omit<Counted, 'count' | 'auditId'>,
    auditId: string = randomUUID(),
  ): Counted {
    const counted = { ...first, auditId, count: 0 };
    this.#counted.set(key, counted);
    return counted;
  }

  async #write(counted: ReadonlyMap<string, Counted>): Promise<void> {
    const written = [...counted].map(async ([key, { caller, code, reason, count, auditId }]) => {
      try {
        await this.#audit.record(
          { ...caller, auditId },
          { action: 'auth.refused', count },
          { outcome: 'denied', code, plane: 'none', upstreamIds: [], decisionReason: reason },
        );
      } catch {
        // The log has told of its own fault.
        const entry = this.#counted.get(key) ?? this.#put(key, { caller, code, reason }, auditId);
        entry.count += count;
        this.#timer ??= this.#flushLater();
      }
    });
    await Promise.all(written);
  }
}
