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

/** Version of a state in history, and when it was queried. */
interface Described {
  readonly info: VersionInfo | undefined;
  readonly asOf: number;
}

/** Renderer of cached states; each representation is cached while it is valid. */
export class RepresentationRenderer {
  readonly #parts: RepresentationRendererDependencies;

  constructor(parts: RepresentationRendererDependencies) {
    this.#parts = parts;
  }

  /** Returns the whole state. */
  read(state: CachedSecret): StoredSecret {
    return this.#parts.documents.read(state);
  }

  /** Returns the cached representation of a state; undefined if there is none. */
  kept<T>(state: CachedSecret, representation: Representation<T>): T | undefined {
    return this.#parts.renditions.get(state, representation);
  }

  /** Renders an uncached state, without its version. Throws as the representation does. */
  make<T>(state: CachedSecret, secret: StoredSecret, representation: Representation<T>): T {
    return this.#made(state, secret, representation, { info: undefined, asOf: 0 });
  }

  /** Renders a state with its version. */
  async describe<T>(
    state: CachedSecret,
    secret: StoredSecret,
    representation: Representation<T>,
  ): Promise<T> {
    const asOf = this.#parts.renditions.attributions;
    const [info] = await this.#parts.history.describe([state]);
    return this.#made(state, secret, representation, { info, asOf });
  }

  /** Renders many states in order; yields to other work in between. */
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
