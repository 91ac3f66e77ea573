import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { ReadState } from '../domain/cache/secret-change.js';
import type { SecretDocuments } from '../domain/cache/secret-documents.js';
import { type MetadataBody, toMetadataBody } from '../domain/read-body.js';

/** Reads states; a state's metadata is one object while any reader retains the object. */
export class StateBodies {
  readonly #documents: SecretDocuments;
  readonly #made = new WeakMap<CachedSecret, WeakRef<MetadataBody>>();

  constructor(documents: SecretDocuments) {
    this.#documents = documents;
  }

  /** Reads a state. Throws errors of reading its document. */
  read(state: CachedSecret): ReadState {
    const stored = this.#documents.read(state);
    const known = this.#made.get(state)?.deref();
    const body = known ?? toMetadataBody(stored);
    if (known === undefined) this.#made.set(state, new WeakRef(body));
    return { data: stored.data, body };
  }
}
