import { limits } from '../../core/limits.js';
import { RecentMap } from '../../core/recent-map.js';
import type { Attribution, HistoryRef, VersionKey } from '../domain/version.js';
import type { HistoryHead, VersionsStore } from '../domain/versions.store.js';

/** End of a history, as far as this process has watched it. */
export interface Head {
  readonly lastVersion: number;
  readonly secretUid: string;
  readonly resourceVersion: string;
  /** Uid of the live object, or of the last object; undefined if none is left. */
  readonly last:
    | {
        readonly version: number;
        readonly secretUid: string;
        readonly fingerprint: Uint8Array;
        readonly keys: readonly VersionKey[];
        readonly attribution: Attribution;
      }
    | undefined;
}

type Ref = Pick<HistoryRef, 'namespaceUid' | 'name'>;

/** Ends of histories, read from the database in groups and cached. */
export class Heads {
  readonly #store: Pick<VersionsStore, 'histories'>;
  readonly #kept = new RecentMap<string, Head | 'none'>({
    entriesMax: limits.versionHeadsKeptMax,
    keptMs: limits.versionHeadsKeptMs,
  });

  constructor(store: Pick<VersionsStore, 'histories'>) {
    this.#store = store;
  }

  /** Returns the cached head; undefined if there is none, or nothing is cached. */
  get(ref: Ref): Head | undefined {
    const kept = this.#kept.get(keyOf(ref));
    return kept === 'none' ? undefined : kept;
  }

  set(ref: Ref, head: Head): void {
    this.#kept.set(keyOf(ref), head, performance.now());
  }

  /** Reads uncached heads; afterwards `get` returns all of them. Throws StorageError. */
  async load(refs: readonly Ref[]): Promise<void> {
    const missing = refs.filter((ref) => this.#kept.get(keyOf(ref)) === undefined);
    for (const [namespaceUid, some] of Map.groupBy(missing, (ref) => ref.namespaceUid)) {
      await this.#read(namespaceUid, [...new Set(some.map(({ name }) => name))]);
    }
  }

  /** Reads heads again, whatever is cached. */
  async reload(refs: readonly Ref[]): Promise<void> {
    for (const [namespaceUid, some] of Map.groupBy(refs, (ref) => ref.namespaceUid)) {
      await this.#read(namespaceUid, [...new Set(some.map(({ name }) => name))]);
    }
  }

  async #read(namespaceUid: string, names: readonly string[]): Promise<void> {
    const found = await this.#store.histories(namespaceUid, names);
    const nowMs = performance.now();
    for (const name of names) this.#kept.set(keyOf({ namespaceUid, name }), 'none', nowMs);
    for (const head of found) this.set(head.history, headOf(head));
  }
}

/** Converts a head to its cached form. */
export function headOf({ history, last }: HistoryHead): Head {
  const { lastVersion, secretUid, resourceVersion } = history;
  return { lastVersion, secretUid, resourceVersion, last };
}

function keyOf({ namespaceUid, name }: Ref): string {
  return `${namespaceUid}/${name}`;
}
