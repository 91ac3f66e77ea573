import type { SecretChange } from '../domain/cache/change-log.js';
import type { MetadataBody } from '../domain/read-body.js';
import {
  keyVersionsByName,
  type SecretHistory,
  type VersionInfo,
} from '../domain/secret-history.js';
import { encodeChangeCursor } from '../domain/watch/change-cursor.js';
import type { Taken, TakenChange } from '../domain/watch/change-position.js';
import type { StreamEvent } from './change-stream.js';
import type { SharedMetadata } from './shared-metadata.js';

/** Parts of an event that are equal in all streams. */
interface Shared {
  readonly info: Promise<VersionInfo | undefined>;
  /** Events by type and cursor, of which there are few. */
  readonly told: Map<string, StreamEvent>;
}

/** Versions and bodies of the changes to send, in order. */
export interface Seen {
  readonly infos: readonly (VersionInfo | undefined)[];
  readonly bodies: readonly MetadataBody[];
}

/** Builder of stream events, each of them once for all streams. */
export class StreamEventBuilder {
  readonly #history: Pick<SecretHistory, 'isRecorded' | 'soon'>;
  readonly #metadata: SharedMetadata;
  readonly #shared = new WeakMap<SecretChange, Shared>();

  constructor(history: Pick<SecretHistory, 'isRecorded' | 'soon'>, metadata: SharedMetadata) {
    this.#history = history;
    this.#metadata = metadata;
  }

  /** Waits up to `limits.changeVersionMsMax` for versions. Throws errors of reading metadata. */
  async look({ changes, secrets }: Taken): Promise<Seen> {
    const [infos, bodies] = await Promise.all([
      Promise.all(changes.map(({ change }) => this.#sharedOf(change).info)),
      this.#metadata.of(secrets.map(({ secret }) => secret)),
    ]);
    return { infos, bodies };
  }

  /** Returns events in order, with what was found about them. */
  tell(
    namespace: string,
    { changes, secrets, bookmark }: Taken,
    { infos, bodies }: Seen,
  ): readonly StreamEvent[] {
    const told = changes.map((taken, index) => this.#change(namespace, taken, infos[index]));
    for (const [index, { cursor }] of secrets.entries()) {
      const secret = bodies[index];
      if (secret === undefined) throw new TypeError('a state was not looked at');
      const place = encodeChangeCursor(namespace, cursor);
      told.push({ type: 'added', secret, changedKeys: [], cursor: place });
    }
    if (bookmark) {
      told.push({ type: 'bookmark', cursor: encodeChangeCursor(namespace, bookmark) });
    }
    return told;
  }

  #change(
    namespace: string,
    { type, change, cursor }: TakenChange,
    info: VersionInfo | undefined,
  ): StreamEvent {
    const { told } = this.#sharedOf(change);
    // A position within the initial Secrets belongs to a single stream.
    const key = cursor.upTo === undefined ? `${type} ${cursor.reached}` : undefined;
    const same = key === undefined ? undefined : told.get(key);
    if (same) return same;
    const made = {
      type,
      secret: described(change, info),
      changedKeys: change.changedKeys,
      cursor: encodeChangeCursor(namespace, cursor),
    };
    if (key !== undefined) told.set(key, made);
    return made;
  }

  #sharedOf(change: SecretChange): Shared {
    const known = this.#shared.get(change);
    if (known) return known;
    const shared = { info: this.#info(change), told: new Map<string, StreamEvent>() };
    this.#shared.set(change, shared);
    return shared;
  }

  #info({ after }: SecretChange): Promise<VersionInfo | undefined> {
    const gets = after !== undefined && this.#history.isRecorded(after);
    return gets ? this.#history.soon(after) : Promise.resolve(undefined);
  }
}

/** Returns the state after the change; for a deleted Secret, its last state, under the change. */
function described(change: SecretChange, info: VersionInfo | undefined): MetadataBody {
  const { before, after, resourceVersion } = change;
  if (after === undefined) {
    if (before === undefined) throw new TypeError('a change of nothing into nothing');
    return { ...before, resourceVersion };
  }
  if (info === undefined) return after;
  const { version, updatedBy } = info;
  const versions = keyVersionsByName(info);
  const keys = after.keys.map((key) => ({ ...key, version: versions.get(key.name) ?? null }));
  return { ...after, keys, version, updatedBy };
}
