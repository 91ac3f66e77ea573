import type { AccessService } from '../access/access.service.js';
import { type Rights, metadataRights, readKeyRights } from '../access/domain/secret-rights.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { AuditDraft } from '../audit/audit-draft.js';
import type { AuditService } from '../audit/audit.service.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { SecretValue } from '../core/secret-value.js';
import type { Render, SecretHistory } from './domain/secret-history.js';
import {
  type ReadPreconditions,
  isNotModified,
  refuseFailedMatch,
} from './domain/read-preconditions.js';
import type { SecretRef, StoredSecret } from './domain/secret.js';
import type { Plane, SecretStore, StoreCall } from './domain/secret.store.js';
import { planeFor } from './plane-for.js';
import { type SelectedRead, type Selection, selectionGrant } from './selected-read.js';
import { grantInScope, selectionFacts, selectionInScope } from './selection-in-scope.js';

export interface ReadOptions extends ReadPreconditions {
  readonly notOlderThan?: string | undefined;
}

/** A Secret, or the news that the caller has it already. */
export interface Read<T> {
  readonly etagOf: Pick<StoredSecret, 'uid' | 'resourceVersion'>;
  /** Undefined where nothing was modified. */
  readonly content: T | undefined;
}

interface ReadPlan {
  readonly action: 'secrets.reveal' | 'secrets.get';
  readonly ref: SecretRef;
  /** Absent where the caller's own read at the API server is the decision. */
  readonly rights?: Rights;
  /** The only one that is read. */
  readonly key?: string;
}

/** Reads of one Secret, as the caller or by the broker for him; on record before their end. */
export class SecretReads {
  readonly #audit: AuditService;
  readonly #store: SecretStore;
  readonly #access: AccessService;
  readonly #served: ServedNamespaces;
  readonly #history: SecretHistory;

  constructor(parts: {
    readonly audit: AuditService;
    readonly access: AccessService;
    readonly store: SecretStore;
    readonly served: ServedNamespaces;
    readonly history: SecretHistory;
  }) {
    this.#audit = parts.audit;
    this.#access = parts.access;
    this.#store = parts.store;
    this.#served = parts.served;
    this.#history = parts.history;
  }

  /** The whole Secret, as `render` makes of it; what `render` refuses is not revealed. */
  reveal<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: ReadOptions,
    render: Render<T>,
  ): Promise<Read<T>> {
    return this.#read(ctx, { action: 'secrets.reveal', ref }, options, async (secret, draft) => {
      const content = await this.#rendered(secret, render);
      draft.keys = [...secret.data.keys()].toSorted();
      return content;
    });
  }

  /** Everything but the values. */
  metadata<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: ReadOptions,
    render: Render<T>,
  ): Promise<Read<T>> {
    const plan = { action: 'secrets.get', ref, rights: metadataRights(ref) } as const;
    return this.#read(ctx, plan, options, (secret) => this.#rendered(secret, render));
  }

  /** One value; NotFound where the Secret or the key is not there. */
  key(
    ctx: CallContext,
    ref: SecretRef,
    key: string,
    options: ReadOptions,
  ): Promise<Read<SecretValue>> {
    const rights = readKeyRights(ref, key);
    const plan = { action: 'secrets.reveal', ref, rights, key } as const;
    return this.#read(ctx, plan, options, (secret, draft) => {
      draft.keys = [key];
      const value = secret.data.get(key);
      if (value === undefined) throw keyNotFound(ref, key);
      return value;
    });
  }

  /**
   * What a query selects of a Secret, each part with a right of its own. Throws Forbidden where
   * nothing of it may be shown.
   */
  selected(ctx: CallContext, ref: SecretRef, selection: Selection): Promise<SelectedRead> {
    const within = selectionInScope(ctx, ref, selection);
    return this.#audit.read(ctx, selectionFacts(ref, within.selection), async (draft) => {
      this.#served.requireReachable(ref.namespace);
      const access = this.#access.tracedBy(draft.trace.upstreamIds);
      const gatekeepers = { access, served: this.#served };
      const grant = grantInScope(
        await selectionGrant(gatekeepers, ctx, ref, within.selection),
        within,
      );
      const call: StoreCall = { ctx, as: grant.as, trace: draft.trace };
      const secret = await this.#store.get(call, ref);
      const present = [...secret.data.keys()].toSorted();
      const shown = within.selection.isWhole && grant.keys === 'all' ? 'all' : grant.asked;
      draft.keys = shown === 'all' ? present : present.filter((key) => shown.includes(key));
      if (shown !== 'all' && shown.length === 0) draft.action = 'secrets.get';
      const [info] = grant.hasMetadata ? await this.#history.describe([secret]) : [];
      return { secret, info, grant };
    });
  }

  /** Puts on record that a part of a query was refused, and throws the refusal. */
  refuse(
    ctx: CallContext,
    ref: SecretRef,
    keys: readonly string[],
    denial: SallyportError,
  ): Promise<never> {
    const { namespace, name: secret } = ref;
    return this.#audit.read(
      ctx,
      { action: 'secrets.reveal', namespace, secret, keys },
      async () => {
        throw denial;
      },
    );
  }

  #read<T>(
    ctx: CallContext,
    plan: ReadPlan,
    options: ReadOptions,
    take: (secret: StoredSecret, draft: AuditDraft) => T | Promise<T>,
  ): Promise<Read<T>> {
    const { action, ref, key } = plan;
    const reach = key === undefined ? {} : ({ keys: [key], keysOnly: true } as const);
    const facts = { action, namespace: ref.namespace, secret: ref.name, ...reach };
    return this.#audit.read(ctx, facts, async (draft) => {
      const as = await this.#planeOf(ctx, draft, plan);
      const { notOlderThan } = options;
      const secret = await this.#store.get(
        { ctx, as, trace: draft.trace },
        ref,
        notOlderThan === undefined ? {} : { notOlderThan },
      );
      refuseFailedMatch(secret, options);
      if (isNotModified(secret, options)) {
        draft.action = 'secrets.check';
        draft.code = 304;
        return { etagOf: secret, content: undefined };
      }
      return { etagOf: secret, content: await take(secret, draft) };
    });
  }

  async #rendered<T>(secret: StoredSecret, render: Render<T>): Promise<T> {
    const [info] = await this.#history.describe([secret]);
    return render(secret, info);
  }

  async #planeOf(ctx: CallContext, draft: AuditDraft, { ref, rights }: ReadPlan): Promise<Plane> {
    if (rights) {
      const gatekeepers = { access: this.#access, served: this.#served };
      return planeFor(gatekeepers, ctx, draft, rights);
    }
    this.#served.requireReachable(ref.namespace);
    return 'caller';
  }
}

/** 404 for a key, in the words of the API server. */
export function keyNotFound(ref: SecretRef, key: string): SallyportError {
  return new SallyportError('NotFound', `key "${key}" of secrets "${ref.name}" not found`);
}
