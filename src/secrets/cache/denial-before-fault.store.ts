import type { AccessService } from '../../access/access.service.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { parseFieldSelector } from '../domain/field-selector.js';
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

/**
 * Store that reports a fault of the installation only to callers who have the right. If the gateway
 * may not act, all other callers get the denial that Kubernetes would return to them.
 */
export class DenialBeforeFaultStore extends SecretStore {
  readonly #store: SecretStore;
  readonly #access: AccessService;

  constructor(store: SecretStore, access: AccessService) {
    super();
    this.#store = store;
    this.#access = access;
  }

  override list(call: StoreCall, namespace: string, options: ListOptions): Promise<SecretPage> {
    // Do as the API server does, which checks the one name that a list is about.
    const { name = '' } = parseFieldSelector(options.fieldSelector ?? '');
    const listed = this.#store.list(call, namespace, options);
    return this.#explained(call, 'list', { namespace, name }, listed);
  }

  override get(
    call: StoreCall,
    ref: SecretRef,
    options?: { readonly notOlderThan?: string },
  ): Promise<StoredSecret> {
    return this.#explained(call, 'get', ref, this.#store.get(call, ref, options));
  }

  override create(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    // The API server knows no name when it decides about a create.
    const all = { namespace: secret.namespace, name: '' };
    return this.#explained(call, 'create', all, this.#store.create(call, secret, options));
  }

  override update(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    return this.#explained(call, 'update', secret, this.#store.update(call, secret, options));
  }

  override patch(
    call: StoreCall,
    ref: SecretRef,
    patch: SecretPatch,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    return this.#explained(call, 'patch', ref, this.#store.patch(call, ref, patch, options));
  }

  override apply(call: StoreCall, fields: SecretFields): Promise<StoredSecret> {
    return this.#explained(call, 'patch', fields, this.#store.apply(call, fields));
  }

  override delete(
    call: StoreCall,
    ref: SecretRef,
    preconditions: Preconditions,
    options: WriteOptions,
  ): Promise<DeleteAnswer> {
    const deleted = this.#store.delete(call, ref, preconditions, options);
    return this.#explained(call, 'delete', ref, deleted);
  }

  async #explained<T>(
    call: StoreCall,
    verb: string,
    ref: SecretRef,
    answer: Promise<T>,
  ): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const isFault = error instanceof SallyportError && error.isInstallationFault;
      if (isFault && call.as === 'caller') {
        await this.#access
          .tracedBy(call.trace.upstreamIds)
          .require(call.ctx, secretRight(verb, ref));
      }
      throw error;
    }
  }
}
