import { ownerOf, type OwnedCaller } from '../core/credential-owner.js';
import { RecentMap } from '../core/recent-map.js';
import { sealingLimits } from '../core/sealing-limits.js';
import { Turns } from '../core/turns.js';

const WHAT = 'SealedSecrets';

/**
 * Bounds the manifests that are opened concurrently. Those of one owner are opened one after the
 * other, so that the manifests of others wait for a single one of them.
 */
export class OpeningTurns {
  readonly #all = new Turns(sealingLimits.openedAtOnceMax, sealingLimits.openingOwnersMax, WHAT);
  readonly #byOwner = new RecentMap<string, Turns>({
    entriesMax: sealingLimits.openingOwnersMax,
    keptMs: sealingLimits.openingOwnerKeptMs,
  });

  /** Runs the work of a caller. Throws TooManyRequests if too much of it waits. */
  run<T>(caller: OwnedCaller, work: () => Promise<T>): Promise<T> {
    const owner = ownerOf(caller);
    const turns = this.#byOwner.get(owner) ?? new Turns(1, sealingLimits.openingsWaitingMax, WHAT);
    this.#byOwner.set(owner, turns, performance.now());
    return turns.run(() => this.#all.run(work));
  }
}
