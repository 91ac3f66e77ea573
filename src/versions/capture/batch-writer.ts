import type { Clock } from '../../core/clock.js';
import { limits } from '../../core/limits.js';
import type { KeyRing } from '../../encryption/key-ring.js';
import type { VersionInfo } from '../../secrets/domain/secret-history.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import { authorOf } from '../domain/attribution.js';
import { versionInfo } from '../domain/version-info.js';
import type { HistoryRef } from '../domain/version.js';
import type { Pruned, Recorded, VersionsStore } from '../domain/versions.store.js';
import type { Entry } from './capture-queue.js';
import type { Head } from './heads.js';
import type { GatewayWrites } from './gateway-writes.js';
import { type PlaceParts, type Placed, placeStates } from './place-states.js';
import { type RoundParts, type Step, planRound } from './plan-round.js';

export interface BatchWriterDependencies extends Omit<RoundParts, 'own' | 'keys'>, PlaceParts {
  readonly store: Pick<VersionsStore, 'record' | 'moveOn' | 'markDeleted' | 'attribute'>;
  readonly keys: Pick<KeyRing, 'mac' | 'seal' | 'requireAvailable'>;
  readonly own: GatewayWrites;
  readonly clock: Clock;
  readonly onPruned: (pruned: readonly Pruned[]) => void;
  /** Called when a state of a history does not fit and is left out. */
  readonly onSkipped: (history: HistoryRef) => void;
  readonly onRecorded: (versions: number, gaps: number) => void;
}

/** Writes batches of entries to the database; a batch may be repeated after a failure. */
export class BatchWriter {
  readonly #parts: BatchWriterDependencies;

  constructor(parts: BatchWriterDependencies) {
    this.#parts = parts;
  }

  /** Writes a batch. Throws StorageError or SallyportError if database, keys or cluster fail. */
  async write(batch: readonly Entry[]): Promise<void> {
    const placed = await placeStates(this.#parts, batch);
    const states = placed.filter(({ entry }) => entry.kind === 'state');
    if (states.length > 0) this.#parts.keys.requireAvailable();
    let left: readonly Placed[] = states;
    for (let round = 0; left.length > 0; round += 1) {
      if (round > limits.versionRacesMax) throw new StorageError('other replicas are faster');
      if (round > 0) await this.#parts.heads.reload(left.map(({ ref }) => ref));
      left = await this.#record(left);
    }
    for (const { entry, ref, state } of placed) {
      if (entry.kind !== 'removed') continue;
      await this.#parts.store.markDeleted(ref, state.secret.uid, this.#parts.clock.nowMs());
    }
    for (const { kind, state } of batch) {
      if (kind === 'removed' && state !== undefined) this.#parts.own.removed(state.secret.uid);
    }
  }

  /** Records states; returns those that another process preceded, and later ones. */
  async #record(states: readonly Placed[]): Promise<readonly Placed[]> {
    const { store, heads, clock, onPruned, onRecorded } = this.#parts;
    const steps = planRound(this.#parts, heads, states, clock.nowMs());
    const made = steps.flatMap((step) => (step.kind === 'new' ? [step.made] : []));
    const results = made.length === 0 ? [] : await store.record(made);
    const raced = new Set<string>();
    const again: Placed[] = [];
    const moved = new Map<string, Step & { readonly kind: 'same' }>();
    let at = 0;
    for (const step of steps) {
      const key = keyOf(step.placed);
      const result = step.kind === 'new' ? results[at++] : undefined;
      if (result?.kind === 'raced') raced.add(key);
      if (result?.kind === 'full' && !raced.has(key)) {
        // Later states were compared with it.
        raced.add(key);
        this.#skip(step.placed);
        continue;
      }
      if (raced.has(key)) {
        again.push(step.placed);
        continue;
      }
      if (step.kind === 'same') moved.set(key, step);
      if (step.kind === 'new') moved.delete(key);
      await this.#settle(step, result);
    }
    for (const { placed } of moved.values()) {
      const { uid, resourceVersion } = placed.state.secret;
      await store.moveOn(placed.ref, uid, resourceVersion);
    }
    for (const { placed, after } of moved.values()) this.#known(placed, infoOf(after));
    onPruned(results.flatMap((result) => ('pruned' in result ? result.pruned : [])));
    const recorded = made.filter((_, index) => results[index]?.kind === 'recorded');
    onRecorded(recorded.length, recorded.filter(({ isGap }) => isGap).length);
    return again;
  }

  async #settle(step: Step, result: Recorded | undefined): Promise<void> {
    const { heads, own, store } = this.#parts;
    const { placed } = step;
    const { uid, resourceVersion } = placed.state.secret;
    if (step.kind === 'same') return heads.set(placed.ref, step.after);
    if (step.kind === 'new' && result?.kind === 'recorded') {
      heads.set(placed.ref, step.after);
      // A write may have reported meanwhile that it led here.
      const attribution = own.attributionOf(placed.state.secret);
      if (attribution !== undefined && attribution !== step.made.attribution) {
        await store.attribute(uid, resourceVersion, attribution);
        own.attributed(placed.state.secret);
      }
      return this.#known(placed, infoOf(step.after));
    }
    if (step.kind === 'new' && result?.kind === 'known') {
      const isAsPlanned = result.version === step.made.version;
      if (isAsPlanned) heads.set(placed.ref, step.after);
      else await heads.reload([placed.ref]);
    }
    await this.#complete(placed);
  }

  /** Completes a state that another replica has recorded, or this process earlier. */
  async #complete(placed: Placed): Promise<void> {
    const { heads, own, store } = this.#parts;
    const { uid, resourceVersion } = placed.state.secret;
    const attribution = own.attributionOf(placed.state.secret);
    if (attribution === undefined) return;
    const version = await store.attribute(uid, resourceVersion, attribution);
    if (version === undefined) return;
    const last = heads.get(placed.ref)?.last;
    const keys = last?.version === version ? last.keys : [];
    own.recorded(placed.state.secret, versionInfo({ version, attribution, keys }));
    own.attributed(placed.state.secret);
  }

  /** Skips a state that does not fit: waits for its number end. */
  #skip({ ref, state }: Placed): void {
    this.#parts.own.skipped(state.secret);
    this.#parts.onSkipped(ref);
  }

  #known(placed: Placed, info: VersionInfo | undefined): void {
    if (info === undefined) return;
    const attribution = this.#parts.own.attributionOf(placed.state.secret);
    const updatedBy = attribution === undefined ? info.updatedBy : authorOf(attribution);
    const isFinal = updatedBy !== null;
    this.#parts.own.recorded(placed.state.secret, { ...info, updatedBy, isFinal });
  }
}

/** Returns the last version in a head. */
export function infoOf({ last }: Pick<Head, 'last'>): VersionInfo | undefined {
  return last && versionInfo(last);
}

function keyOf({ ref }: Placed): string {
  return `${ref.namespaceUid}/${ref.name}`;
}
