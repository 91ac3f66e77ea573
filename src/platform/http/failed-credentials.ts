import { hash, randomBytes } from 'node:crypto';
import { RecentMap } from '../../core/recent-map.js';
import {
  FAILURE_WINDOW_MS,
  type FailureWindow,
  addFailure,
  isUsedUp,
  msLeft,
} from './domain/failed-credential-window.js';

export interface FailedCredentialsOptions {
  readonly credentialsMax: number;
  /** Addresses that are counted; a forgotten address starts from zero. */
  readonly addressesMax: number;
}

const FINGERPRINT_BYTES = 6;

/** Number of different invalid credentials of each address within a minute. */
export class FailedCredentials {
  readonly #options: FailedCredentialsOptions;
  readonly #windows: RecentMap<string, FailureWindow>;
  /** Salt against crafted fingerprint collisions, and guesses of a credential from memory. */
  readonly #salt = randomBytes(32).toString('base64');

  constructor(options: FailedCredentialsOptions) {
    this.#options = options;
    const { addressesMax: entriesMax } = options;
    this.#windows = new RecentMap({ entriesMax, keptMs: FAILURE_WINDOW_MS });
  }

  /** Adds a failure; returns milliseconds to wait if it exceeds the limit, else undefined. */
  add(address: string, credential: string, nowMs: number): number | undefined {
    const before = this.#windows.get(address);
    const fingerprint = this.fingerprint(credential);
    const turn = addFailure(before, fingerprint, nowMs, this.#options.credentialsMax);
    if (turn.window !== before) this.#windows.set(address, turn.window, nowMs);
    return turn.isAllowed ? undefined : msLeft(turn.window, nowMs);
  }

  /** Returns milliseconds to wait if the address has used up its minute. */
  usedUpFor(address: string, nowMs: number): number | undefined {
    const window = this.#windows.get(address);
    if (window === undefined || !isUsedUp(window, nowMs, this.#options.credentialsMax)) {
      return undefined;
    }
    return msLeft(window, nowMs);
  }

  /** Reports whether this credential has failed in the address's minute. */
  hasFailed(address: string, credential: string): boolean {
    return this.#windows.get(address)?.credentials.includes(this.fingerprint(credential)) === true;
  }

  /** Returns a short, salted hash: it distinguishes credentials and reveals none. */
  fingerprint(credential: string): number {
    const digest = hash('sha256', this.#salt + credential);
    return Number.parseInt(digest.slice(0, 2 * FINGERPRINT_BYTES), 16);
  }

  /** Returns the number of counted addresses. */
  get size(): number {
    return this.#windows.size;
  }
}
