import type { Clock } from '../core/clock.js';
import { RecentMap } from '../core/recent-map.js';
import { shareLimits } from '../core/share-limits.js';
import type { ObjectRecords } from '../custom-resources/domain/object-records.js';
import type { Representation } from '../secrets/domain/representation.js';
import type { FoundSecret } from '../secrets/read/secret-source.js';
import { type CopiedKeys, copyAmong, parseCopiedKeys } from './copies/domain/copied-keys.js';
import { provenanceIn, statesCopyOf } from './copies/domain/provenance.js';

interface Known {
  readonly copied: CopiedKeys;
  readonly untilMs: number;
}

/** Annotations that state which keys are copies. */
const provenance: Representation<Readonly<Record<string, string>>> = {
  id: 'provenance',
  showsVersion: false,
  render: ({ annotations }) => provenanceIn(annotations),
  sizeBytes: (stated) => JSON.stringify(stated).length,
};

/** Secrets with keys that are copies of shared keys: these may be shared only with permission. */
export class CopiedSecrets {
  readonly #records: Pick<ObjectRecords, 'get'>;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** By uid and state of the Secret. */
  readonly #known = new RecentMap<string, Known>({
    entriesMax: shareLimits.statesMax,
    keptMs: shareLimits.authorCheckedMs,
  });

  constructor(records: Pick<ObjectRecords, 'get'>, clock: Pick<Clock, 'monotonicMs'>) {
    this.#records = records;
    this.#clock = clock;
  }

  /**
   * Reports whether these keys of a Secret may be shared: none is a copy, or the shares of all
   * copies allow it. An annotation alone prevents it as well, because a Secret that a user copied
   * still has the annotation. Throws Unavailable.
   */
  async mayShare(found: FoundSecret, keys: readonly string[]): Promise<boolean> {
    const among = copyAmong(await this.#copiedOf(found), keys);
    if (among !== 'none') return among === 'reshareable';
    return !statesCopyOf(await found.show(provenance), keys);
  }

  async #copiedOf({ uid, resourceVersion }: FoundSecret): Promise<CopiedKeys> {
    const nowMs = this.#clock.monotonicMs();
    // A delivery makes another state: what is known of the former state says nothing about it.
    const state = `${uid}/${resourceVersion}`;
    const known = this.#known.get(state);
    if (known !== undefined && nowMs < known.untilMs) return known.copied;
    const copied = parseCopiedKeys((await this.#records.get(uid))?.facts);
    this.#known.set(state, { copied, untilMs: nowMs + shareLimits.authorCheckedMs }, nowMs);
    return copied;
  }
}
