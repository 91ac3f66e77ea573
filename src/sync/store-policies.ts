import { storeRight } from '../access/domain/secret-rights.js';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import { CallOutcome, type CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { foundOrUndefined } from '../core/errors/not-found.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import type { Page } from '../core/page.js';
import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import { pageOf } from '../custom-resources/domain/name-page.js';
import type { NamePageRequest } from '../custom-resources/domain/spec-writes.js';
import { untilUndisturbed } from '../custom-resources/domain/until-undisturbed.js';
import {
  refuseFailedConditions,
  type SpecWriteOptions,
} from '../custom-resources/domain/write-conditions.js';
import { parseStore, storeKind, type StoreSpec } from './domain/store-spec.js';
import { type StoreView, storeViewOf } from './domain/sync-view.js';
import type { SyncDependencies } from './sync.dependencies.js';
import type { Written } from './sync-policies.js';

/** Stores of the cluster: their specs, as the caller. */
export class StorePolicies {
  readonly #parts: SyncDependencies;

  constructor(parts: SyncDependencies) {
    this.#parts = parts;
  }

  /** Lists the stores by name. */
  list(ctx: CallContext, request: NamePageRequest): Promise<Page<StoreView>> {
    const { calls, storeFeed, knownStores } = this.#parts;
    return calls.read(ctx, factsOf('stores.get', 'list', ''), async (trace) => {
      await this.#require(ctx, trace, 'list', '');
      if (!storeFeed.isLoaded) throw unavailable('the stores are not known yet');
      const { items, ...rest } = pageOf(knownStores.of(''), request);
      return { items: items.map(storeViewOf), ...rest };
    });
  }

  /** Returns a store. Throws NotFound. */
  get(ctx: CallContext, name: string): Promise<StoreView> {
    return this.#parts.calls.read(ctx, factsOf('stores.get', 'get', name), async (trace) => {
      await this.#require(ctx, trace, 'get', name);
      return storeViewOf(parseStore(await this.#stored(ctx, trace, name), ''));
    });
  }

  /** Creates or replaces a store as the caller. Throws Forbidden, Invalid, Conflict; 412. */
  put(
    ctx: CallContext,
    name: string,
    spec: StoreSpec,
    options: SpecWriteOptions,
  ): Promise<Written<StoreView>> {
    const { dryRun } = options;
    const facts = factsOf('stores.update', 'update', name);
    return this.#parts.calls.write(ctx, { ...facts, ...(dryRun && { dryRun }) }, async (trace) => {
      const access = this.#parts.access.tracedBy(trace.upstreamIds);
      await access.require(ctx, storeRight('update', name), storeRight('create', name));
      const written = await untilUndisturbed(() => this.#put(ctx, trace, { name, spec, options }));
      return new CallOutcome(written, { success: written.created ? 'created' : 'ok' });
    });
  }

  /** Deletes a store; its syncs stop. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, name: string, options: SpecWriteOptions): Promise<void> {
    const { dryRun } = options;
    const facts = factsOf('stores.update', 'delete', name);
    return this.#parts.calls.write(ctx, { ...facts, ...(dryRun && { dryRun }) }, async (trace) => {
      await this.#require(ctx, trace, 'delete', name);
      await untilUndisturbed(async () => {
        const before = await this.#stored(ctx, trace, name);
        refuseFailed(name, before, options);
        if (dryRun) return;
        await this.#parts.stores.delete({ ctx, as: 'caller', trace }, before);
        this.#parts.knownStores.remove(before);
      });
      return new CallOutcome(undefined, { success: 'noContent' });
    });
  }

  async #put(
    ctx: CallContext,
    trace: CallTrace,
    {
      name,
      spec,
      options,
    }: { readonly name: string; readonly spec: StoreSpec; readonly options: SpecWriteOptions },
  ): Promise<Written<StoreView>> {
    const { stores, knownStores } = this.#parts;
    const before = await foundOrUndefined(() => this.#stored(ctx, trace, name));
    refuseFailed(name, before, options);
    const created = before === undefined;
    await this.#require(ctx, trace, created ? 'create' : 'update', name);
    const call = { ctx, as: 'caller', trace } as const;
    const { dryRun } = options;
    const object = await (before === undefined
      ? stores.create(call, { namespace: '', name }, spec, { dryRun })
      : stores.replace(call, before, spec, { dryRun }));
    if (!dryRun) knownStores.put(object, '');
    return { view: storeViewOf(parseStore(object, '')), created };
  }

  #stored(ctx: CallContext, trace: CallTrace, name: string): Promise<CustomResource> {
    return this.#parts.stores.get({ ctx, as: 'broker', trace }, { namespace: '', name });
  }

  async #require(ctx: CallContext, trace: CallTrace, verb: string, name: string): Promise<void> {
    const access = this.#parts.access.tracedBy(trace.upstreamIds);
    const { reason } = await access.require(ctx, storeRight(verb, name));
    trace.decisionReason = reason;
  }
}

/** The event of a store names the object: it is not about a Secret of its name. */
function factsOf(action: 'stores.get' | 'stores.update', verb: string, name: string) {
  const { resource } = storeKind;
  const object = { verb, group: 'sallyport.dev', version: 'v1alpha1', resource, name };
  return { action, object } satisfies AuditFacts;
}

function refuseFailed(
  name: string,
  before: CustomResource | undefined,
  options: SpecWriteOptions,
): void {
  refuseFailedConditions(before, options, `${storeKind.kind} "${name}" already exists`);
}
