import { limits } from '../core/limits.js';
import { isBelowShare, spaceOf } from '../storage/free-space.js';
import type { StorageLocation } from '../storage/storage-location.js';

export interface AuditSpaceOptions {
  readonly onAlarm: (message: string) => void;
  /** Never goes backwards. */
  readonly nowMs?: () => number;
  readonly spaceOf?: typeof spaceOf;
}

const RESERVE = {
  share: limits.anonymousFreeShareMin,
  bytesMin: limits.anonymousFreeBytesMin,
  bytesMax: limits.anonymousFreeBytesMax,
};

/** Whether the room that is left on the trail's disk belongs to calls of known callers. */
export class AuditSpace {
  readonly #path: string | undefined;
  readonly #onAlarm: AuditSpaceOptions['onAlarm'];
  readonly #nowMs: () => number;
  readonly #spaceOf: typeof spaceOf;
  #isShort = false;
  #checkAtMs = -Infinity;

  /** The disk of a database server cannot be asked: there the bounds of events must do. */
  constructor(location: StorageLocation, options: AuditSpaceOptions) {
    this.#path = location.dialect === 'sqlite' ? location.path : undefined;
    this.#onAlarm = options.onAlarm;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#spaceOf = options.spaceOf ?? spaceOf;
  }

  isShort(): boolean {
    const nowMs = this.#nowMs();
    if (this.#path === undefined || nowMs < this.#checkAtMs) return this.#isShort;
    this.#checkAtMs = nowMs + limits.freeSpaceCheckMs;
    const isShort = this.#check(this.#path);
    if (isShort !== this.#isShort) this.#onAlarm(isShort ? SHORT : ENOUGH);
    this.#isShort = isShort;
    return isShort;
  }

  #check(path: string): boolean {
    try {
      return isBelowShare(this.#spaceOf(path), RESERVE);
    } catch {
      // A file that is gone takes no events at all, of which the log itself tells.
      return false;
    }
  }
}

const SHORT =
  'the disk of the audit log runs short: refusals without a credential are counted, not recorded';
const ENOUGH = 'the disk of the audit log has room again: refusals are recorded';
