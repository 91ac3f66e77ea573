import { limits } from '../core/limits.js';
import { type FreeShare, isBelowShare, spaceOf } from '../platform/storage/free-space.js';
import type { StorageLocation } from '../platform/storage/storage-location.js';

/** Space that the trail's disk must have for other use, and texts about it. */
export interface AuditSpaceUse {
  readonly reserve: FreeShare;
  readonly short: string;
  readonly enough: string;
}

export interface AuditSpaceOptions {
  readonly use: AuditSpaceUse;
  readonly onAlarm: (message: string) => void;
  /** Monotonic clock. */
  readonly nowMs?: () => number;
  readonly spaceOf?: typeof spaceOf;
}

/** Space that refusals without a credential leave to calls of known callers. */
export const anonymousUse: AuditSpaceUse = {
  reserve: {
    share: limits.anonymousFreeShareMin,
    bytesMin: limits.anonymousFreeBytesMin,
    bytesMax: limits.anonymousFreeBytesMax,
  },
  short:
    'the disk of the audit log runs short: refusals without a credential are counted, not recorded',
  enough: 'the disk of the audit log has room again: refusals are recorded',
};

/** Space that reports of the cluster leave to events of the gateway itself. */
export const reportUse: AuditSpaceUse = {
  reserve: {
    share: limits.auditReportFreeShareMin,
    bytesMin: limits.auditReportFreeBytesMin,
    bytesMax: limits.auditReportFreeBytesMax,
  },
  short: 'the disk of the audit log runs short: reports of the cluster are refused',
  enough: 'the disk of the audit log has room again: reports of the cluster are stored',
};

/** Check whether the remaining space on the trail's disk is reserved for others. */
export class AuditSpace {
  readonly #path: string | undefined;
  readonly #use: AuditSpaceUse;
  readonly #onAlarm: AuditSpaceOptions['onAlarm'];
  readonly #nowMs: () => number;
  readonly #spaceOf: typeof spaceOf;
  #isShort = false;
  #checkAtMs = -Infinity;

  /** Ignores a database server, whose disk cannot be queried: event limits must suffice. */
  constructor(location: StorageLocation, options: AuditSpaceOptions) {
    this.#path = location.dialect === 'sqlite' ? location.path : undefined;
    this.#use = options.use;
    this.#onAlarm = options.onAlarm;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#spaceOf = options.spaceOf ?? spaceOf;
  }

  isShort(): boolean {
    const nowMs = this.#nowMs();
    if (this.#path === undefined || nowMs < this.#checkAtMs) return this.#isShort;
    this.#checkAtMs = nowMs + limits.freeSpaceCheckMs;
    const isShort = this.#check(this.#path);
    if (isShort !== this.#isShort) this.#onAlarm(isShort ? this.#use.short : this.#use.enough);
    this.#isShort = isShort;
    return isShort;
  }

  #check(path: string): boolean {
    try {
      return isBelowShare(this.#spaceOf(path), this.#use.reserve);
    } catch {
      // A deleted file accepts no events at all, which the log itself reports.
      return false;
    }
  }
}
