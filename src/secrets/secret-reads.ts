import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { AuditDraft } from '../audit/audit-draft.js';
import type { AuditService } from '../audit/audit.service.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { SecretValue } from '../core/secret-value.js';
import {
  type ReadPreconditions,
  isNotModified,
  refuseFailedMatch,
} from './domain/read-preconditions.js';
import type { SecretRef, StoredSecret } from './domain/secret.js';
import type { SecretStore, StoreCall } from './domain/secret.store.js';

export interface ReadOptions extends ReadPreconditions {
  readonly notOlderThan?: string | undefined;
}

/** A Secret, or the news that the caller has it already. */
export interface Read<T> {
  readonly etagOf: Pick<StoredSecret, 'uid' | 'resourceVersion'>;
  /** Undefined where nothing was modified. */
  readonly content: T | undefined;
}

/** Reads of one Secret: each is the caller's own at the API server, on record before its end. */
export class SecretReads {
  readonly #audit: AuditService;
  readonly #store: SecretStore;
  readonly #served: ServedNamespaces;

  constructor(parts: {
    readonly audit: AuditService;
    readonly store: SecretStore;
    readonly served: ServedNamespaces;
  }) {
    this.#audit = parts.audit;
    this.#store = parts.store;
    this.#served = parts.served;
  }

  /** The whole Secret, as `render` makes of it; what `render` refuses is not revealed. */
  reveal<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: ReadOptions,
    render: (secret: StoredSecret) => T,
  ): Promise<Read<T>> {
    return this.#read(ctx, 'secrets.reveal', ref, options, (secret, draft) => {
      const content = render(secret);
      draft.keys = [...secret.data.keys()].toSorted();
      return content;
    });
  }

  /** Everything but the values. */
  metadata<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: ReadOptions,
    render: (secret: StoredSecret) => T,
  ): Promise<Read<T>> {
    return this.#read(ctx, 'secrets.get', ref, options, render);
  }

  /** One value; NotFound where the Secret or the key is not there. */
  key(
    ctx: CallContext,
    ref: SecretRef,
    key: string,
    options: ReadOptions,
  ): Promise<Read<SecretValue>> {
    return this.#read(ctx, 'secrets.reveal', ref, options, (secret, draft) => {
      draft.keys = [key];
      const value = secret.data.get(key);
      if (value === undefined) throw keyNotFound(ref, key);
      return value;
    });
  }

  /** The Secret with its values, of which only `keys` will be shown. */
  values(
    ctx: CallContext,
    ref: SecretRef,
    keys: readonly string[] | 'all',
    options: ReadOptions = {},
  ): Promise<Read<StoredSecret>> {
    return this.#read(ctx, 'secrets.reveal', ref, options, (secret, draft) => {
      const present = [...secret.data.keys()].toSorted();
      draft.keys = keys === 'all' ? present : present.filter((key) => keys.includes(key));
      return secret;
    });
  }

  #read<T>(
    ctx: CallContext,
    action: 'secrets.reveal' | 'secrets.get',
    ref: SecretRef,
    options: ReadOptions,
    take: (secret: StoredSecret, draft: AuditDraft) => T,
  ): Promise<Read<T>> {
    const facts = { action, namespace: ref.namespace, secret: ref.name };
    return this.#audit.read(ctx, facts, async (draft) => {
      const secret = await this.#fetch(ctx, ref, options, draft);
      refuseFailedMatch(secret, options);
      if (isNotModified(secret, options)) {
        draft.action = 'secrets.check';
        draft.code = 304;
        return { etagOf: secret, content: undefined };
      }
      return { etagOf: secret, content: take(secret, draft) };
    });
  }

  #fetch(
    ctx: CallContext,
    ref: SecretRef,
    options: ReadOptions,
    draft: AuditDraft,
  ): Promise<StoredSecret> {
    this.#served.requireReachable(ref.namespace);
    const call: StoreCall = { ctx, as: 'caller', trace: draft.trace };
    const { notOlderThan } = options;
    return this.#store.get(call, ref, notOlderThan === undefined ? {} : { notOlderThan });
  }
}

/** 404 for a key, in the words of the API server. */
export function keyNotFound(ref: SecretRef, key: string): SallyportError {
  return new SallyportError('NotFound', `key "${key}" of secrets "${ref.name}" not found`);
}
