import type { KeyObject } from 'node:crypto';
import { fitsCanary } from './domain/key-canary.js';
import { sourceOf } from './domain/key-name.js';
import type { EncryptionKeyRow } from './encryption-keys.store.js';
import { EncryptionKeyError } from './key-error.js';
import type { KeySource } from './key-source.js';
import type { KeySources } from './open-key-sources.js';

export interface HeldKey {
  readonly id: string;
  readonly key: KeyObject;
  readonly source: KeySource;
}

/** Keys in this process's memory, each proven to be the key of its name. */
export class LoadedKeys {
  readonly #sources: KeySources;
  readonly #held = new Map<string, HeldKey>();

  constructor(sources: KeySources) {
    this.#sources = sources;
  }

  get(id: string): HeldKey | undefined {
    return this.#held.get(id);
  }

  /** Returns sources that have a key. */
  get sources(): ReadonlySet<KeySource> {
    return new Set([...this.#held.values()].map(({ source }) => source));
  }

  /** Returns the source that a key would come from, whether the key exists or not. */
  sourceOf(id: string): KeySource | undefined {
    const source = sourceOf(id);
    return this.#sources.retired.has(source) ? undefined : this.#sources.all.get(source);
  }

  /** Loads a key in the database; throws EncryptionKeyError if it is unavailable. */
  async take(row: EncryptionKeyRow): Promise<HeldKey> {
    const held = this.#held.get(row.id);
    if (held !== undefined) return held;
    const source = this.sourceOf(row.id);
    if (source === undefined) {
      throw new EncryptionKeyError(`the encryption key ${row.id} is not in encryption.keys here`);
    }
    const key = await source.load(row);
    if (!fitsCanary({ id: row.id, key }, row.canary)) throw wrongKey(row, source);
    return this.add({ id: row.id, key, source });
  }

  add(key: HeldKey): HeldKey {
    this.#held.set(key.id, key);
    return key;
  }

  drop(id: string): void {
    this.#held.delete(id);
  }
}

function wrongKey({ id }: EncryptionKeyRow, { provider }: KeySource): EncryptionKeyError {
  const remedy =
    provider === 'embedded'
      ? 'bring back the file of the gateway that made it; replicas share one'
      : 'give back the former one, and name the new one under another id';
  return new EncryptionKeyError(
    `the encryption key ${id} is not the one that history was encrypted with: ${remedy}`,
  );
}
