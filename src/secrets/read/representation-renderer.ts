import { setImmediate as turn } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import type { RepresentationCache } from '../cache/representation-cache.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { SecretDocuments } from '../domain/cache/secret-documents.js';
import type { Representation } from '../domain/representation.js';
import type { SecretHistory, VersionInfo } from '../domain/secret-history.js';
import type { StoredSecret } from '../domain/secret.js';

export interface RepresentationRendererDependencies {
  readonly renditions: Pick<RepresentationCache, 'get' | 'keep' | 'attributions'>;
  readonly documents: SecretDocuments;
  readonly history: Pick<SecretHistory, 'describe' | 'isRecorded'>;
}

/** What history has said of a state, and when it was asked. */
interface Described {
  readonly info: VersionInfo | undefined;
  readonly asOf: number;
}

/** Shows states of the cache; what was made of one is kept for as long as it holds. */
export class RepresentationRenderer {
  readonly #parts: RepresentationRendererDependencies;

  constructor(parts: RepresentationRendererDependencies) {
    this.#parts = parts;
  }

  /** All that there is of a state. */
  read(state: CachedSecret): StoredSecret {
    return this.#parts.documents.read(state);
  }

  /** What is kept of a state; undefined where nothing is. */
  kept<T>(state: CachedSecret, representation: Representation<T>): T | undefined {
    return this.#parts.renditions.get(state, representation);
  }

  /** A state of which nothing is kept, without its version. Throws as the representation does. */
  make<T>(state: CachedSecret, secret: StoredSecret, representation: Representation<T>): T {
    return this.#made(state, secret, representation, { info: undefined, asOf: 0 });
  }

  /** The same with its version. */
  async describe<T>(
    state: CachedSecret,
    secret: StoredSecret,
    representation: Representation<T>,
  ): Promise<T> {
    const asOf = this.#parts.renditions.attributions;
    const [info] = await this.#parts.history.describe([state]);
    return this.#made(state, secret, representation, { info, asOf });
  }

  /** Many of them, in their order; others take their turn while they are made. */
  async all<T>(
    states: readonly CachedSecret[],
    representation: Representation<T>,
  ): Promise<readonly T[]> {
    const shown = states.map((state) => this.kept(state, representation));
    const missing = [...states.entries()].filter(([index]) => shown[index] === undefined);
    const asOf = this.#parts.renditions.attributions;
    const infos =
      representation.showsVersion && missing.length > 0
        ? await this.#parts.history.describe(missing.map(([, state]) => state))
        : [];
    let bytes = 0;
    for (const [count, [index, state]] of missing.entries()) {
      const described = { info: infos[count], asOf };
      shown[index] = this.#made(state, this.read(state), representation, described);
      bytes += state.document.sizeBytes;
      const isLong = bytes >= limits.cacheListTurnBytes;
      if (isLong || count % limits.cacheListTurnSecrets === limits.cacheListTurnSecrets - 1) {
        bytes = 0;
        await turn();
      }
    }
    return shown.filter((one) => one !== undefined);
  }

  #made<T>(
    state: CachedSecret,
    secret: StoredSecret,
    representation: Representation<T>,
    { info, asOf }: Described,
  ): T {
    const content = representation.render(secret, info);
    const { showsVersion } = representation;
    if (!showsVersion || info?.isFinal === true || !this.#parts.history.isRecorded(state)) {
      const isUnauthored = showsVersion && info?.updatedBy === null;
      this.#parts.renditions.keep(state, representation, content, { isUnauthored, asOf });
    }
    return content;
  }
}
