import { randomUUID } from 'node:crypto';
import type { AuditFacts, AuditResult } from '../audit/domain/audit-event.js';
import type { AuditCaller } from '../audit/domain/build-event.js';
import type { SallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';

interface Counted {
  readonly caller: AuditCaller;
  readonly code: number;
  readonly reason: string;
  count: number;
}

interface Recorder {
  record(caller: AuditCaller, facts: AuditFacts, result: AuditResult): Promise<void>;
}

const OTHERS = 'others';

/**
 * Refusals by a rate limit, written down as one event for each caller and reason in ten seconds: a
 * flood must not fill the audit log, and must not go without a trace either.
 */
export class RefusalAggregate {
  readonly #audit: Recorder;
  #counted = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(audit: Recorder) {
    this.#audit = audit;
  }

  add(caller: AuditCaller, error: SallyportError): void {
    const reason = error.internal ?? error.code;
    const who = caller.principal?.credentialId ?? caller.sourceIp;
    const counted = this.#entry(`${who}\n${reason}`, { caller, code: error.status, reason });
    counted.count += 1;
    this.#timer ??= setTimeout(() => void this.flush(), limits.refusalAggregateMs).unref();
  }

  /** Writes down what was counted; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counted = this.#counted;
    this.#counted = new Map();
    this.#flushing = this.#flushing.then(() => this.#write(counted));
    await this.#flushing;
  }

  #entry(key: string, first: Omit<Counted, 'count'>): Counted {
    const known = this.#counted.get(key);
    if (known) return known;
    const isFull = this.#counted.size >= limits.refusalAggregatesMax;
    if (!isFull) return this.#put(key, first);
    const { auditId, requestUri } = first.caller;
    // Whose they were is lost beyond the bound; that they were is not.
    const caller = { auditId, requestUri, sourceIp: '' };
    return this.#counted.get(OTHERS) ?? this.#put(OTHERS, { ...first, caller });
  }

  #put(key: string, first: Omit<Counted, 'count'>): Counted {
    const counted = { ...first, count: 0 };
    this.#counted.set(key, counted);
    return counted;
  }

  async #write(counted: ReadonlyMap<string, Counted>): Promise<void> {
    const written = [...counted].map(async ([key, { caller, code, reason, count }]) => {
      try {
        await this.#audit.record(
          { ...caller, auditId: randomUUID() },
          { action: 'auth.refused', count },
          { outcome: 'denied', code, plane: 'none', upstreamIds: [], decisionReason: reason },
        );
      } catch {
        // The log has told of its own fault.
        this.#entry(key, { caller, code, reason }).count += count;
        this.#timer ??= setTimeout(() => void this.flush(), limits.refusalAggregateMs).unref();
      }
    });
    await Promise.all(written);
  }
}
