import { randomUUID } from 'node:crypto';
import type { AuditAction, AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import type { AuditCaller } from '../../audit/domain/build-event.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';

interface Counted {
  /** Audit id of the event that the refusals share. */
  readonly auditId: string;
  readonly caller: AuditCaller;
  readonly code: number;
  readonly reason: string;
  count: number;
}

/** Recorder of refusals. */
export interface RefusalLog {
  record(caller: AuditCaller, facts: AuditFacts, result: AuditResult): Promise<void>;
}

export interface RefusalAggregateOptions {
  readonly windowMs: number;
  /** By default, `auth.refused`. */
  readonly action?: AuditAction;
  /** Reports whether one more caller may have its own event; by default, always. */
  readonly mayName?: () => boolean;
  /** Reports whether events wait until the trail has room for them; by default, never. */
  readonly mustWait?: () => boolean;
}

/** Refusal that is not recorded individually. */
export interface CountedRefusal {
  /** Caller and reason: refusals of one key share an event. */
  readonly key: string;
  /** Key of the event that all refusals without their own event share. */
  readonly othersKey: string;
  readonly caller: AuditCaller;
  readonly error: SallyportError;
}

/**
 * Aggregate of refusals: one event for each caller and reason in a window. A flood must not fill
 * the audit log, and must not go unrecorded either.
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

  /** Returns the audit id of the event that will record the refusal. */
  add(refusal: CountedRefusal): string {
    const counted = this.#entryOf(refusal);
    counted.count += 1;
    this.#timer ??= this.#flushLater();
    return counted.auditId;
  }

  /** Records what was counted; counts that cannot be written are retained for the next time. */
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
    // Beyond the limit, the callers of refusals are lost, but not their number.
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
          { action: this.#options.action ?? 'auth.refused', count },
          { outcome: 'denied', code, plane: 'none', upstreamIds: [], decisionReason: reason },
        );
      } catch {
        // The log has reported its own fault.
        const entry = this.#counted.get(key) ?? this.#put(key, { caller, code, reason }, auditId);
        entry.count += count;
        this.#timer ??= this.#flushLater();
      }
    });
    await Promise.all(written);
  }
}
