import { isDefiniteFailure } from '../../audit/domain/failure-result.js';
import type { SecretCache } from '../domain/cache/secret-cache.js';
import type { SecretManifest, SecretRef, StoredSecret } from '../domain/secret.js';
import {
  type DeleteAnswer,
  type ListOptions,
  type Preconditions,
  type SecretFields,
  type SecretPage,
  type SecretPatch,
  SecretStore,
  type StoreCall,
  type WriteOptions,
} from '../domain/secret.store.js';

type NotedBy = Pick<SecretCache, 'wrote' | 'removed' | 'unsure'>;

/** Store that reports writes to the cache before it returns their results. */
export class CacheNotifyingStore extends SecretStore {
  readonly #store: SecretStore;
  readonly #cache: NotedBy;

  constructor(store: SecretStore, cache: NotedBy) {
    super();
    this.#store = store;
    this.#cache = cache;
  }

  override list(call: StoreCall, namespace: string, options: ListOptions): Promise<SecretPage> {
    return this.#store.list(call, namespace, options);
  }

  override get(
    call: StoreCall,
    ref: SecretRef,
    options?: { readonly notOlderThan?: string },
  ): Promise<StoredSecret> {
    return this.#store.get(call, ref, options);
  }

  override create(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    return this.#noted(secret, options, this.#store.create(call, secret, options));
  }

  override update(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    return this.#noted(secret, options, this.#store.update(call, secret, options));
  }

  override patch(
    call: StoreCall,
    ref: SecretRef,
    patch: SecretPatch,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    return this.#noted(ref, options, this.#store.patch(call, ref, patch, options));
  }

  override apply(call: StoreCall, fields: SecretFields): Promise<StoredSecret> {
    return this.#noted(fields, { dryRun: false }, this.#store.apply(call, fields));
  }

  override async delete(
    call: StoreCall,
    ref: SecretRef,
    preconditions: Preconditions,
    options: WriteOptions,
  ): Promise<DeleteAnswer> {
    const answer = await this.#sure(
      ref,
      options,
      this.#store.delete(call, ref, preconditions, options),
    );
    const { uid, resourceVersion } = answer;
    if (options.dryRun) return answer;
    if (resourceVersion === undefined) this.#cache.removed(ref, uid);
    else this.#cache.wrote(ref, resourceVersion);
    return answer;
  }

  async #noted(
    ref: SecretRef,
    options: WriteOptions,
    writing: Promise<StoredSecret>,
  ): Promise<StoredSecret> {
    const written = await this.#sure(ref, options, writing);
    if (!options.dryRun) this.#cache.wrote(written, written.resourceVersion);
    return written;
  }

  /** Marks a write as unsure if its failure leaves open whether the cluster has made it. */
  async #sure<T>(ref: SecretRef, { dryRun }: WriteOptions, writing: Promise<T>): Promise<T> {
    try {
      return await writing;
    } catch (error) {
      if (!dryRun && !isDefiniteFailure(error)) this.#cache.unsure(ref);
      throw error;
    }
  }
}
