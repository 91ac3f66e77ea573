import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { MetadataBody } from '../domain/read-body.js';
import { metadataBody } from '../domain/representations.js';
import type { RepresentationRenderer } from '../read/representation-renderer.js';

/** Metadata of cached states: streams that begin together share each rendering. */
export class SharedMetadata {
  readonly #shown: Pick<RepresentationRenderer, 'all'>;
  readonly #making = new Map<CachedSecret, Promise<MetadataBody | undefined>>();

  constructor(shown: Pick<RepresentationRenderer, 'all'>) {
    this.#shown = shown;
  }

  /** Returns metadata in order. Throws errors of rendering. */
  of(states: readonly CachedSecret[]): Promise<readonly MetadataBody[]> {
    const missing = states.filter((state) => !this.#making.has(state));
    if (missing.length > 0) this.#make(missing);
    return Promise.all(states.map((state) => this.#made(state)));
  }

  async #made(state: CachedSecret): Promise<MetadataBody> {
    const body = await this.#making.get(state);
    if (body === undefined) throw new TypeError('a state was not shown');
    return body;
  }

  #make(states: readonly CachedSecret[]): void {
    const made = this.#shown.all(states, metadataBody);
    for (const [index, state] of states.entries()) {
      const one = made.then((bodies) => bodies[index]);
      const over = (): void => void this.#making.delete(state);
      one.then(over, over);
      this.#making.set(state, one);
    }
  }
}
