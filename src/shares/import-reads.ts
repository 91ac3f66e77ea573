import type { ValuesRead } from '../secrets/read/secret-values.js';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import { failureResult } from '../audit/domain/failure-result.js';
import { CallOutcome } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import type { SecretValue } from '../core/secret-value.js';
import { shareLimits } from '../core/share-limits.js';
import type { ParsedObject } from '../custom-resources/domain/object-registry.js';
import {
  type DocumentPlace,
  memberAt,
  memberReach,
  memberRequests,
} from '../secrets/domain/documents/key-document.js';
import { matchesEntityTags } from '../secrets/domain/etag.js';
import { failedMatch, type ReadPreconditions } from '../secrets/domain/read-preconditions.js';
import { KeyValue, secretValues } from '../secrets/domain/representations.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { ReadEncoding } from '../secrets/domain/value-map.js';
import { gatherShown, type ShownEntry } from '../secrets/domain/values/values-body.js';
import type { ReadWait } from '../secrets/read/read-wait.js';
import type { Consistency } from '../secrets/read/secret-source.js';
import type { Grant } from './domain/grant.js';
import { notGranted } from './domain/not-granted.js';
import { ownerEvent } from './domain/owner-event.js';
import type { OwnerCall } from './granted-imports.js';
import { type Delivery, deliveryTag, type ImportLookups, ownerCallOf } from './import-lookups.js';
import type { LiveRead } from './live-deliveries.js';
import type { ShareDependencies } from './shares.dependencies.js';

export interface ImportReadOptions extends ReadPreconditions {
  /** Waits until there is another state than `ifNoneMatch` names. */
  readonly wait?: ReadWait | undefined;
  readonly consistency?: Consistency | undefined;
}

interface OwnerSide extends OwnerCall {
  readonly read: LiveRead;
}

interface ReadPlan {
  readonly facts: AuditFacts;
  readonly options: ImportReadOptions;
  /** Undefined: all keys. */
  readonly key: string | undefined;
  /** Undefined: the values themselves. */
  readonly pointer?: string;
}

/** Reads of imported values: decided for both namespaces, recorded in both. */
export class ImportReads {
  readonly #parts: ShareDependencies;
  readonly #lookups: ImportLookups;

  constructor(parts: ShareDependencies, lookups: ImportLookups) {
    this.#parts = parts;
    this.#lookups = lookups;
  }

  /**
   * Returns what `render` makes of all imported values, by their names in the import. Throws
   * Forbidden without the right to the import, and NotFound if it is absent or gets nothing.
   */
  values<T>(
    ctx: CallContext,
    ref: SecretRef,
    options: ImportReadOptions & { readonly encoding?: ReadEncoding | undefined },
    render: (entries: readonly ShownEntry[]) => T,
  ): Promise<ValuesRead<T>> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'imports.reveal', namespace, secret } as const;
    return this.#read(ctx, ref, { facts, options, key: undefined }, async ({ found, keys }) => {
      const data = await found.show(secretValues);
      const named = new Map(keys.flatMap(({ key, as }) => entry(as, data.get(key))));
      const shown = [{ name: ref.name, data: named }];
      return render(await gatherShown(shown, options.encoding, ctx.chargeAnswer));
    });
  }

  /** Returns one imported value. Throws as above, also if the import has no such key. */
  key(
    ctx: CallContext,
    ref: SecretRef,
    key: string,
    options: ImportReadOptions,
  ): Promise<ValuesRead<SecretValue>> {
    const { namespace, name: secret } = ref;
    const reach = { keys: [key], keysOnly: true } as const;
    const facts = { action: 'imports.reveal', namespace, secret, ...reach } as const;
    return this.#read(ctx, ref, { facts, options, key }, (delivery) => valueIn(ref, delivery, key));
  }

  /**
   * Returns a member of the document in an imported key. The name of the key in the import selects
   * the syntax. Throws as above, NotFound if there is no such member, and Invalid for no document.
   */
  member(
    ctx: CallContext,
    ref: SecretRef,
    place: DocumentPlace,
    options: ImportReadOptions,
  ): Promise<ValuesRead<SecretValue>> {
    ctx.charge?.(memberRequests(place) - 1);
    const { namespace, name: secret } = ref;
    const { key, pointer } = place;
    const facts = { action: 'imports.reveal', namespace, secret, ...memberReach(place) } as const;
    return this.#read(ctx, ref, { facts, options, key, pointer }, async (delivery) => {
      const owner = { name: secret, resource: 'secretimports' } as const;
      return memberAt(owner, place, await valueIn(ref, delivery, key)).value;
    });
  }

  #read<T>(
    ctx: CallContext,
    ref: SecretRef,
    plan: ReadPlan,
    render: (delivery: Delivery) => Promise<T>,
  ): Promise<ValuesRead<T>> {
    const { calls, deliveries } = this.#parts;
    return deliveries.during((read) =>
      calls.read<ValuesRead<T>>(ctx, plan.facts, async (trace) => {
        await this.#lookups.authorise(ctx, trace, ref);
        const owner: OwnerSide = { ...ownerCallOf(ctx), read };
        for (let tries = 0; tries < shareLimits.readTriesMax; tries += 1) {
          const outcome = await this.#tryRead(owner, ref, plan, render);
          if (outcome !== undefined) return outcome;
        }
        throw unavailable('the share changes too fast');
      }),
    );
  }

  /** Reads once; undefined if the share changed meanwhile. */
  async #tryRead<T>(
    owner: OwnerSide,
    ref: SecretRef,
    { options, key, pointer }: ReadPlan,
    render: (delivery: Delivery) => Promise<T>,
  ): Promise<CallOutcome<ValuesRead<T>> | undefined> {
    const delivery = await this.#delivery(owner, ref, options);
    const keys = delivery.keys.filter(({ as }) => key === undefined || as === key);
    // Before the conditions: they are about a value that is there.
    if (keys.length === 0) throw notGranted(ref, 'KeyMissing');
    const etag = deliveryTag(delivery);
    if (options.ifMatch !== undefined && !matchesEntityTags(options.ifMatch, etag)) {
      throw failedMatch();
    }
    if (options.ifNoneMatch !== undefined && matchesEntityTags(options.ifNoneMatch, etag)) {
      const read = { etag, content: undefined };
      return new CallOutcome(read, { action: 'imports.check', success: 'notModified' });
    }
    const content = await render({ ...delivery, keys });
    if (!(await this.#isStillGranted(owner, ref, delivery))) return undefined;
    const recording = this.#recordForOwner(owner, { ...delivery, keys }, pointer);
    return new CallOutcome({ etag, content }, { keys: keys.map(({ as }) => as), recording });
  }

  /** Decides again before the release, and records the first use. Throws if it has ended. */
  async #isStillGranted(owner: OwnerSide, ref: SecretRef, before: Delivery): Promise<boolean> {
    owner.read.isOf(before.grant.share);
    const { grant, state } = await this.#lookups.granted(owner, ref);
    const { share, imported } = grant;
    const isSame = isSameSpec(share, before.grant.share);
    if (!isSame || !isSameSpec(imported, before.grant.imported)) return false;
    const { namespace } = imported.object;
    const secretUID = before.found.uid;
    const use = { secretUID, namespace, namespaceUID: imported.namespaceUid };
    return this.#parts.states.pin(share, state, use);
  }

  /** Returns what is granted now, or after a wait, the first that the caller does not have. */
  async #delivery(owner: OwnerCall, ref: SecretRef, options: ImportReadOptions): Promise<Delivery> {
    const { wait, ifNoneMatch } = options;
    const find = () => this.#find(owner, ref, options);
    if (wait === undefined || ifNoneMatch === undefined) return find();
    return wait.through(owner.ctx, {
      ...(await this.#lookups.watched(owner, ref)),
      find,
      isSame: (delivery) => matchesEntityTags(ifNoneMatch, deliveryTag(delivery)),
    });
  }

  /** Finds what is granted now. What the owner's namespace lacks, the consumer does not learn. */
  async #find(
    owner: OwnerCall,
    ref: SecretRef,
    { consistency }: ImportReadOptions,
  ): Promise<Delivery> {
    const granted = await this.#lookups.granted(owner, ref);
    return this.#lookups
      .delivery(owner, granted, consistency)
      .catch((error: unknown) => this.#recordRefusal(owner, granted.grant, error));
  }

  /** Records in the owner's namespace that a read was refused after its grant, and throws. */
  async #recordRefusal({ ctx, trace }: OwnerCall, grant: Grant, refusal: unknown): Promise<never> {
    const { facts } = ownerEvent(grant, grant.keys);
    await this.#parts.audit.record(ctx, facts, failureResult(refusal, trace));
    throw refusal;
  }

  /** Records the read in the owner's namespace; without this event nothing is released. */
  async #recordForOwner(
    { ctx, trace }: OwnerCall,
    { grant, found, keys }: Delivery,
    pointer: string | undefined,
  ): Promise<void> {
    const { audit, lastReads } = this.#parts;
    const { upstreamIds } = trace;
    const result = { outcome: 'allowed', code: 200, plane: 'broker', upstreamIds } as const;
    const { facts, decisionReason } = ownerEvent(grant, keys, pointer);
    await audit.record(ctx, facts, { ...result, decisionReason });
    const { object, namespaceUid } = grant.imported;
    lastReads.note(grant.share, { namespace: object.namespace, namespaceUid }, found);
  }
}

/** Returns the value of an imported key. Throws NotFound if it is not granted. */
async function valueIn(
  ref: SecretRef,
  { found, keys }: Delivery,
  key: string,
): Promise<SecretValue> {
  const granted = keys.find(({ as }) => as === key);
  if (granted === undefined) throw notGranted(ref, 'KeyMissing');
  return found.show(new KeyValue(granted.key));
}

/** Reports whether two states of an object have one spec. */
function isSameSpec({ object: one }: ParsedObject, { object: other }: ParsedObject): boolean {
  return one.uid === other.uid && one.generation === other.generation;
}

function entry(name: string, value: SecretValue | undefined): [string, SecretValue][] {
  return value === undefined ? [] : [[name, value]];
}
