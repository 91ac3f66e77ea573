import { Injectable } from '@nestjs/common';
import { AccessService } from '../../access/access.service.js';
import {
  type Rights,
  metadataRights,
  readKeyRights,
  secretRight,
} from '../../access/domain/secret-rights.js';
import { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import { CallOutcome, type CallTrace } from '../../calls/domain/call-trace.js';
import { CallRunner } from '../../calls/call-runner.service.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import { ClientClosed } from '../../core/errors/client-closed.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { CachedSecretSource } from './cached-secret-source.js';
import {
  type ReadPreconditions,
  isNotModified,
  refuseFailedMatch,
  unmodified,
} from '../domain/read-preconditions.js';
import {
  type DocumentPlace,
  type FoundMember,
  memberReach,
  memberRequests,
} from '../domain/documents/key-document.js';
import { KeyMember } from '../domain/documents/key-member.js';
import type { Representation } from '../domain/representation.js';
import { KeyValue, metadataBody, secretValues } from '../domain/representations.js';
import type { SecretRef, StoredSecret } from '../domain/secret.js';
import { shownValues } from '../domain/shown-values.js';
import type { ReadWait } from './read-wait.js';
import type { FoundSecret, Freshness } from './secret-source.js';
import {
  type AdmitValues,
  type SelectedRead,
  type Selection,
  selectionGrant,
} from './selected-read.js';
import { grantInScope, selectionFacts, selectionInScope } from './selection-in-scope.js';

export interface ReadOptions extends ReadPreconditions, Freshness {
  /** Waits until there is another state than `ifNoneMatch` names. */
  readonly wait?: ReadWait | undefined;
}

/** Secret, or the fact that the caller already has it. */
export interface Read<T> {
  readonly etagOf: Pick<StoredSecret, 'uid' | 'resourceVersion'>;
  /** Undefined if nothing was modified. */
  readonly content: T | undefined;
}

interface ReadPlan<T> {
  readonly ref: SecretRef;
  readonly facts: AuditFacts;
  /** Absent if a read of the whole Secret is the decision. */
  readonly rights?: Rights;
  readonly representation: Representation<T>;
  /** Whether all of its keys are returned. */
  readonly isWhole: boolean;
}

/** Reads of one Secret, as the caller or by the broker; recorded before their end. */
@Injectable()
export class SecretReads {
  readonly #calls: CallRunner;
  readonly #access: AccessService;
  readonly #served: ServedNamespaces;
  readonly #source: CachedSecretSource;

  constructor(
    calls: CallRunner,
    access: AccessService,
    served: ServedNamespaces,
    source: CachedSecretSource,
  ) {
    this.#calls = calls;
    this.#access = access;
    this.#served = served;
    this.#source = source;
  }

  /** Reveals the whole Secret in a representation; a refused one reveals nothing. */
  reveal<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: ReadOptions,
    representation: Representation<T>,
  ): Promise<Read<T>> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'secrets.reveal', namespace, secret } as const;
    return this.#read(ctx, { ref, facts, representation, isWhole: true }, options);
  }

  /** Returns everything but the values. */
  metadata<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: ReadOptions,
    representation: Representation<T>,
  ): Promise<Read<T>> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'secrets.get', namespace, secret } as const;
    const rights = metadataRights(ref);
    return this.#read(ctx, { ref, facts, rights, representation, isWhole: false }, options);
  }

  /** Returns one value; NotFound if the Secret or the key does not exist. */
  key(
    ctx: CallContext,
    ref: SecretRef,
    key: string,
    options: ReadOptions,
  ): Promise<Read<SecretValue>> {
    const { namespace, name: secret } = ref;
    const reach = { keys: [key], keysOnly: true } as const;
    const facts = { action: 'secrets.reveal', namespace, secret, ...reach } as const;
    const rights = readKeyRights(ref, key);
    const representation = new KeyValue(key);
    return this.#read(ctx, { ref, facts, rights, representation, isWhole: false }, options);
  }

  /**
   * Returns a member of the document in a key, with the right to the key. Throws NotFound if there
   * is no such member, and Invalid if the value is no document.
   */
  member(
    ctx: CallContext,
    ref: SecretRef,
    place: DocumentPlace,
    options: ReadOptions,
  ): Promise<Read<FoundMember>> {
    ctx.charge?.(memberRequests(place) - 1);
    const { namespace, name: secret } = ref;
    const facts = { action: 'secrets.reveal', namespace, secret, ...memberReach(place) } as const;
    const rights = readKeyRights(ref, place.key);
    const representation = new KeyMember(place);
    return this.#read(ctx, { ref, facts, rights, representation, isWhole: false }, options);
  }

  /**
   * Returns what a query selects of a Secret; each part needs its own right. Throws Forbidden if
   * the caller may see no part. Throws what `admit` throws; then nothing was revealed.
   */
  selected(
    ctx: CallContext,
    ref: SecretRef,
    selection: Selection,
    { admit, ...freshness }: Freshness & { readonly admit?: AdmitValues },
  ): Promise<SelectedRead> {
    const within = selectionInScope(ctx, ref, selection);
    return this.#calls.read(ctx, selectionFacts(ref, within.selection), async (trace) => {
      this.#served.requireReachable(ref.namespace);
      const access = this.#access.tracedBy(trace.upstreamIds);
      const gatekeepers = { access, served: this.#served };
      const grant = grantInScope(
        await selectionGrant(gatekeepers, ctx, ref, within.selection),
        within,
      );
      const found = await this.#source.findDecided(ctx, trace, { ref, as: grant.as }, freshness);
      const { isWhole, keys } = within.selection;
      const shown = isWhole && grant.keys === 'all' ? 'all' : grant.asked;
      trace.note({
        keys: shown === 'all' ? found.keys : found.keys.filter((key) => shown.includes(key)),
        ...(shown !== 'all' && shown.length === 0 && { action: 'secrets.get' }),
      });
      const hasValues = isWhole || keys.length > 0;
      const data = hasValues ? shownValues(await found.show(secretValues), shown) : undefined;
      if (data) admit?.(data);
      const metadata = grant.hasMetadata ? await found.show(metadataBody) : undefined;
      return { secret: ref, metadata, data, grant };
    });
  }

  /** Records that a part of a query was refused, and throws the refusal. */
  refuse(
    ctx: CallContext,
    ref: SecretRef,
    keys: readonly string[],
    denial: SallyportError,
  ): Promise<never> {
    const { namespace, name: secret } = ref;
    return this.#calls.read(
      ctx,
      { action: 'secrets.reveal', namespace, secret, keys },
      async () => {
        throw denial;
      },
    );
  }

  #read<T>(ctx: CallContext, plan: ReadPlan<T>, options: ReadOptions): Promise<Read<T>> {
    return this.#calls.read<Read<T>>(ctx, plan.facts, async (trace) => {
      const { wait } = options;
      const found = await (wait === undefined
        ? this.#source.find(ctx, trace, plan, options)
        : this.#changed(ctx, trace, plan, { ...options, wait }).catch((error: unknown) => {
            // The caller already has what was found until then.
            if (error instanceof ClientClosed) trace.note({ action: 'secrets.check' });
            throw error;
          }));
      refuseFailedMatch(found, options);
      if (isNotModified(found, options)) {
        return unmodified(found);
      }
      const content = await found.show(plan.representation);
      const read = { etagOf: found, content };
      return plan.isWhole ? new CallOutcome(read, { keys: found.keys }) : read;
    });
  }

  /** Returns the first state that the caller does not have, or the last at the end of the wait. */
  #changed<T>(
    ctx: CallContext,
    trace: CallTrace,
    plan: ReadPlan<T>,
    options: ReadOptions & { readonly wait: ReadWait },
  ): Promise<FoundSecret> {
    const { ref, rights = [secretRight('get', ref)] } = plan;
    return options.wait.through(ctx, {
      watched: [{ ref, rights }],
      find: async () => {
        const found = await this.#source.find(ctx, trace, plan, options);
        refuseFailedMatch(found, options);
        return found;
      },
      isSame: (found) => isNotModified(found, options),
    });
  }
}
