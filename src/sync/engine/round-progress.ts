import type { RemoteState, RemoteWritten } from '../domain/remote-store.js';
import type { FoundMark } from '../domain/remote-mark.js';
import type { SeenVersions } from '../domain/sync-outcome.js';

/** States of both sides as a round has read them, or as it has left them. */
export interface SeenStates extends SeenVersions {
  readonly mark: FoundMark;
}

/** Progress of the rounds of a look. It is known also if a round fails after a write. */
export class RoundProgress {
  #seen: SeenStates | undefined;
  #isWritten = false;
  #isAttempted = false;
  readonly #overwritten: string[] = [];

  /** States of both sides; undefined before both were read. */
  get seen(): SeenStates | undefined {
    return this.#seen;
  }

  /** Whether a write of a side was attempted. */
  get isAttempted(): boolean {
    return this.#isAttempted;
  }

  /** Whether a side was written. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** Versions of others that a write to the store has replaced unseen. */
  get overwritten(): readonly string[] {
    return this.#overwritten;
  }

  /** Notes what both sides have. */
  read(seen: SeenStates): SeenStates {
    this.#seen = seen;
    return seen;
  }

  /** Notes that a side is about to be written. */
  attempted(): void {
    this.#isAttempted = true;
  }

  /** Notes a write to the store that was disturbed after it had changed the values. */
  changed(): void {
    this.#isWritten = true;
  }

  /** Notes a write to the store. */
  pushed({ version: storeVersion, overwritten }: RemoteWritten): void {
    this.#isWritten = true;
    this.#overwritten.push(...overwritten);
    if (this.#seen !== undefined) this.#seen = { ...this.#seen, storeVersion };
  }

  /** Notes versions of others that an earlier write has replaced unseen. */
  replaced(versions: readonly string[]): void {
    this.#overwritten.push(...versions);
  }

  /** Notes a write to the cluster. */
  pulled(clusterVersion: string): void {
    this.#isWritten = true;
    if (this.#seen === undefined) return;
    this.#seen = { ...this.#seen, clusterVersion, clusterChangedAt: undefined };
  }
}

/** Returns what a state of the store shows. */
export function seenOf(
  remote: RemoteState,
): Omit<SeenStates, 'clusterVersion' | 'clusterChangedAt'> {
  if (remote.kind === 'absent') {
    return { storeVersion: undefined, storeChangedAt: undefined, mark: undefined };
  }
  const storeChangedAt = remote.kind === 'present' ? remote.changedAt : undefined;
  return { storeVersion: remote.version, storeChangedAt, mark: remote.mark };
}
