import { randomUUID } from 'node:crypto';
import { importRight } from '../access/domain/secret-rights.js';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import { failureResult } from '../audit/domain/failure-result.js';
import { CallOutcome, CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { SecretValue } from '../core/secret-value.js';
import { shareLimits } from '../core/share-limits.js';
import { matchesEntityTags } from '../secrets/domain/etag.js';
import { failedMatch, type ReadPreconditions } from '../secrets/domain/read-preconditions.js';
import { KeyValue, secretValues } from '../secrets/domain/representations.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { ReadEncoding } from '../secrets/domain/value-map.js';
import { gatherShown, type ShownEntry } from '../secrets/domain/values/values-body.js';
import { valuesTag } from '../secrets/domain/values/values-tag.js';
import type { CachedSecretSource } from '../secrets/read/cached-secret-source.js';
import type { ReadWait } from '../secrets/read/read-wait.js';
import type { Consistency, FoundSecret } from '../secrets/read/secret-source.js';
import { type Grant, type GrantedKey, grantOf, isSharedSecret } from './domain/grant.js';
import { notGranted } from './domain/not-granted.js';
import { isShareable } from './domain/shared-source.js';
import { noPins } from './domain/share-pins.js';
import type { ShareDependencies } from './shares.dependencies.js';
import type { ShareState } from './share-states.js';

export interface ImportReadOptions extends ReadPreconditions {
  /** Waits until there is another state than `ifNoneMatch` names. */
  readonly wait?: ReadWait | undefined;
  readonly consistency?: Consistency | undefined;
}

/** Imported values, or the fact that the caller already has them. */
export interface ImportRead<T> {
  readonly etag: string;
  /** Undefined if nothing was modified. */
  readonly content: T | undefined;
}

/** Grant, and the Secret that it is about. */
interface Delivery {
  readonly grant: Grant;
  readonly found: FoundSecret;
  /** Keys that are granted and exist. */
  readonly keys: readonly GrantedKey[];
}

/** Call in the namespace of the owner, as part of the consumer's call. */
interface OwnerCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
}

/** Reads of imported values: decided for both namespaces, recorded in both. */
export class ImportReads {
  readonly #parts: ShareDependencies;
  readonly #source: Pick<CachedSecretSource, 'findDecided'>;

  constructor(parts: ShareDependencies, source: Pick<CachedSecretSource, 'findDecided'>) {
    this.#parts = parts;
    this.#source = source;
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
  ): Promise<ImportRead<T>> {
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
  ): Promise<ImportRead<SecretValue>> {
    const { namespace, name: secret } = ref;
    const reach = { keys: [key], keysOnly: true } as const;
    const facts = { action: 'imports.reveal', namespace, secret, ...reach } as const;
    return this.#read(ctx, ref, { facts, options, key }, async ({ found, keys }) => {
      const granted = keys.find(({ as }) => as === key);
      if (granted === undefined) throw notGranted(ref, 'KeyMissing');
      return found.show(new KeyValue(granted.key));
    });
  }

  #read<T>(
    ctx: CallContext,
    ref: SecretRef,
    plan: {
      readonly facts: AuditFacts;
      readonly options: ImportReadOptions;
      readonly key: string | undefined;
    },
    render: (delivery: Delivery) => Promise<T>,
  ): Promise<ImportRead<T>> {
    const { facts, options } = plan;
    return this.#parts.calls.read<ImportRead<T>>(ctx, facts, async (trace) => {
      await this.#authorise(ctx, trace, ref);
      const owner: OwnerCall = {
        ctx: { ...ctx, auditId: randomUUID(), parentId: ctx.auditId },
        trace: new CallTrace(),
      };
      const delivery = await this.#delivery(owner, ref, options);
      const keys = delivery.keys.filter(({ as }) => plan.key === undefined || as === plan.key);
      // Before the conditions: they are about a value that is there.
      if (plan.key !== undefined && keys.length === 0) throw notGranted(ref, 'KeyMissing');
      const etag = tagOf(delivery);
      if (options.ifMatch !== undefined && !matchesEntityTags(options.ifMatch, etag)) {
        throw failedMatch();
      }
      if (options.ifNoneMatch !== undefined && matchesEntityTags(options.ifNoneMatch, etag)) {
        const read = { etag, content: undefined };
        return new CallOutcome(read, { action: 'imports.check', success: 'notModified' });
      }
      const content = await render({ ...delivery, keys });
      const recording = this.#recordForOwner(owner, delivery.grant, keys);
      return new CallOutcome({ etag, content }, { keys: keys.map(({ as }) => as), recording });
    });
  }

  /** Returns what is granted now, or after a wait, the first that the caller does not have. */
  async #delivery(owner: OwnerCall, ref: SecretRef, options: ImportReadOptions): Promise<Delivery> {
    const { wait, ifNoneMatch } = options;
    const find = () => this.#find(owner, ref, options);
    if (wait === undefined || ifNoneMatch === undefined) return find();
    const { knownImports, knownShares } = this.#parts;
    const { share, spec } = (await this.#granted(owner.ctx, ref)).grant;
    const source = { namespace: share.object.namespace, name: spec.secretName };
    return wait.through(owner.ctx, {
      watched: [{ ref: source, rights: [importRight('get', ref)] }],
      changed: (signal) =>
        Promise.race([
          knownImports.changed(ref, signal),
          knownShares.changed(share.object, signal),
        ]),
      find,
      isSame: (delivery) => matchesEntityTags(ifNoneMatch, tagOf(delivery)),
    });
  }

  /** Requires the right to the import before any lookup. */
  async #authorise(ctx: CallContext, trace: CallTrace, ref: SecretRef): Promise<void> {
    const { access, served } = this.#parts;
    served.requireReachable(ref.namespace);
    const { reason } = await access
      .tracedBy(trace.upstreamIds)
      .require(ctx, importRight('get', ref));
    trace.decisionReason = reason;
    trace.plane = 'broker';
    served.requireServed(ref.namespace);
  }

  /** Finds what is granted now, and records its first use. */
  async #find(owner: OwnerCall, ref: SecretRef, options: ImportReadOptions): Promise<Delivery> {
    for (let tries = 0; tries < shareLimits.pinTriesMax; tries += 1) {
      const { grant, state } = await this.#granted(owner.ctx, ref);
      const found = await this.#shared(owner, ref, grant, options);
      const { spec, share, imported } = grant;
      if (!isSharedSecret(spec, state.pins, found.uid)) throw notGranted(ref, 'SecretReplaced');
      const { namespace } = imported.object;
      const use = { secretUID: found.uid, namespace, namespaceUID: imported.namespaceUid };
      if (!(await this.#parts.states.pin(share, state, use))) continue;
      const keys = grant.keys.filter(({ key }) => found.keys.includes(key));
      return { grant, found, keys };
    }
    throw unavailable('the first use of the share could not be recorded');
  }

  async #granted(
    { principal: reader }: CallContext,
    ref: SecretRef,
  ): Promise<{ readonly grant: Grant; readonly state: ShareState }> {
    const { states, clock } = this.#parts;
    this.#parts.requireKnown(this.#parts.importFeed, ref.namespace);
    const imported = this.#parts.importNow(ref);
    const share = this.#shareOf(imported?.spec?.from);
    const facts = { imported, share, reader, nowMs: clock.nowMs() };
    // Decided by the objects first: what is not granted costs no question to the cluster.
    const first = grantOf({ ...facts, pins: noPins });
    if (typeof first === 'string') throw notGranted(ref, first);
    const state = await states.of(first.share, first.spec);
    if (state.problem !== undefined) throw notGranted(ref, state.problem.reason);
    const grant = grantOf({ ...facts, pins: state.pins });
    if (typeof grant === 'string') throw notGranted(ref, grant);
    return { grant, state };
  }

  #shareOf(from: { readonly namespace: string; readonly share: string } | undefined) {
    const { served, knownShares, shareFeed } = this.#parts;
    if (from === undefined || !served.isServed(from.namespace)) return undefined;
    this.#parts.requireKnown(shareFeed, from.namespace);
    return knownShares.get({ namespace: from.namespace, name: from.share });
  }

  /** Reads the shared Secret. What its owner's namespace lacks, the consumer does not learn. */
  async #shared(
    owner: OwnerCall,
    ref: SecretRef,
    { share, spec }: Grant,
    { consistency }: ImportReadOptions,
  ): Promise<FoundSecret> {
    const { ctx, trace } = owner;
    const source = { namespace: share.object.namespace, name: spec.secretName };
    try {
      const wanted = { ref: source, as: 'broker' } as const;
      const found = await this.#source.findDecided(ctx, trace, wanted, { consistency });
      if (await found.show(isShareable)) return found;
      throw notGranted(ref, 'ClusterCredential');
    } catch (error) {
      await this.#parts.audit.record(
        ctx,
        { action: 'secrets.reveal', ...ownerFacts(share.object.namespace, spec) },
        failureResult(error, trace),
      );
      if (!(error instanceof SallyportError) || error.code !== 'NotFound') throw error;
      throw notGranted(ref, 'SecretMissing');
    }
  }

  /** Records the read in the owner's namespace; without this event nothing is released. */
  #recordForOwner(
    { ctx, trace }: OwnerCall,
    { share, spec }: Grant,
    keys: readonly GrantedKey[],
  ): Promise<void> {
    const facts = {
      action: 'secrets.reveal',
      ...ownerFacts(share.object.namespace, spec),
      keys: keys.map(({ key }) => key),
    } as const;
    const { upstreamIds } = trace;
    const { name, generation } = share.object;
    const decisionReason = `SecretShare "${name}", generation ${generation}`;
    const result = { outcome: 'allowed', code: 200, plane: 'broker', upstreamIds } as const;
    return this.#parts.audit.record(ctx, facts, { ...result, decisionReason });
  }
}

function ownerFacts(namespace: string, { secretName: secret, keys }: Grant['spec']) {
  return { namespace, secret, keys };
}

/** Returns a validator that changes with the Secret and with the objects of both sides. */
function tagOf({ found, grant: { imported, share } }: Delivery): string {
  const objects = [imported, share].map(({ object: { uid, generation } }) => {
    return { uid, resourceVersion: String(generation) };
  });
  return valuesTag([found, ...objects]);
}

function entry(name: string, value: SecretValue | undefined): [string, SecretValue][] {
  return value === undefined ? [] : [[name, value]];
}
