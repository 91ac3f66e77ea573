import { SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { Principal } from '../../core/principal.js';
import { ByteRate } from '../../platform/http/byte-rate.js';
import type { AuditSpace } from '../audit-space.js';

export interface ReportIntakeOptions {
  readonly space: Pick<AuditSpace, 'isShort'>;
  /** Monotonic clock. */
  readonly nowMs?: () => number;
}

type Reporter = Pick<Principal, 'kind' | 'username'>;

/** Limits on the reports of the cluster that the log accepts. */
export class ReportIntake {
  readonly #space: ReportIntakeOptions['space'];
  /** Rates by user, who may have many credentials. */
  readonly #stored: ByteRate;
  #hasRefused = false;

  constructor({ space, nowMs }: ReportIntakeOptions) {
    this.#space = space;
    const policy = {
      bytesPerSecond: limits.auditReportBytesPerSecond,
      burstBytes: limits.auditReportBurstBytes,
      waitMsMax: limits.auditReportWaitMsMax,
      usersMax: limits.byteUsersMax,
    };
    this.#stored = new ByteRate(policy, nowMs);
  }

  /** Throws TooManyRequests, or Unavailable as `requireSpace` does. */
  admit(reporter: Reporter): void {
    this.requireSpace();
    const waitMs = this.#stored.waitMs(keyOf(reporter));
    if (waitMs === 0) return;
    throw new SallyportError('TooManyRequests', TOO_MANY_BYTES, {
      internal: 'rate limit: bytes of audit events',
      headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
    });
  }

  /** Throws Unavailable while the remaining space is reserved for events of the gateway itself. */
  requireSpace(): void {
    if (!this.#space.isShort()) return;
    this.#hasRefused = true;
    throw unavailable(SHORT, {
      internal: 'the disk of the audit log runs short',
      retryAfterSeconds: limits.auditReportShortRetrySeconds,
      isAggregated: true,
    });
  }

  /** Counts stored bytes: the next batch waits for bytes beyond the rate. */
  stored(reporter: Reporter, bytes: number): void {
    this.#stored.add(keyOf(reporter), bytes);
  }

  /** Returns warnings by check, for readers of the health listener. */
  warnings(): Readonly<Record<string, string>> {
    this.#hasRefused &&= this.#space.isShort();
    return this.#hasRefused ? { 'audit-ingest': `refused: ${SHORT}` } : {};
  }
}

const SHORT = 'the disk of the audit log runs short, and takes no reports of the cluster';
const TOO_MANY_BYTES = 'too many bytes of audit events by this user: wait as Retry-After says';

function keyOf({ kind, username }: Reporter): string {
  return `${kind} ${username}`;
}
