import { syncRight } from '../access/domain/secret-rights.js';
import { CallOutcome } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { syncLimits } from '../core/sync-limits.js';
import { invalidAt, unavailable } from '../core/errors/sallyport-error.js';
import type { Page } from '../core/page.js';
import {
  type NamePageRequest,
  type SpecCall,
  SpecWrites,
} from '../custom-resources/domain/spec-writes.js';
import type { SpecWriteOptions } from '../custom-resources/domain/write-conditions.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { rightsOfAuthor, rightsToResolve } from './domain/author-needs.js';
import type { Resolution } from './domain/plan-sync.js';
import {
  directionsOf,
  type ParsedSync,
  parseSync,
  syncKind,
  type SyncSpec,
} from './domain/sync-spec.js';
import {
  keyStatesOf,
  runViewOf,
  type SyncRunView,
  type SyncView,
  syncViewOf,
} from './domain/sync-view.js';
import { StoreWaits } from './engine/store-waits.js';
import type { SyncRunner } from './engine/sync-runner.js';
import type { SyncDependencies } from './sync.dependencies.js';

export interface Written<View> {
  readonly view: View;
  readonly created: boolean;
}

/** Side that wins, as a caller names it. */
export interface ResolveRequest {
  readonly prefer: 'cluster' | 'store';
  readonly keys?: readonly string[] | undefined;
}

/** Syncs of a namespace: their specs, as the caller, and looks that callers request. */
export class SyncPolicies {
  readonly #parts: SyncDependencies;
  readonly #runner: SyncRunner;
  readonly #writes: SpecWrites<ParsedSync>;

  constructor(parts: SyncDependencies, runner: SyncRunner) {
    this.#parts = parts;
    this.#runner = runner;
    this.#writes = new SpecWrites(parts, {
      kind: syncKind,
      actions: { get: 'syncs.get', update: 'syncs.update' },
      feed: parts.syncFeed,
      objects: parts.syncs,
      registry: parts.knownSyncs,
      keepsRecord: () => false,
      parse: parseSync,
      rightOf: (verb, of) => syncRight(verb, of),
    });
  }

  /** Lists the syncs of a namespace by name. */
  list(ctx: CallContext, namespace: string, request: NamePageRequest): Promise<Page<SyncView>> {
    return this.#writes.list(ctx, namespace, request, (one) => this.#view(one));
  }

  /** Returns a sync and how it stands. Throws NotFound. */
  get(ctx: CallContext, ref: SecretRef): Promise<SyncView> {
    return this.#writes.get(ctx, ref, (one) => this.#view(one));
  }

  /**
   * Creates or replaces a sync as the caller, who becomes its author and needs the rights that the
   * sync uses. Throws Forbidden, Invalid, Conflict; 412 if a condition failed.
   */
  put(
    ctx: CallContext,
    ref: SecretRef,
    spec: SyncSpec,
    options: SpecWriteOptions,
  ): Promise<Written<SyncView>> {
    const { namespace, name: secret } = ref;
    const { dryRun } = options;
    const facts = { action: 'syncs.update', namespace, secret } as const;
    return this.#parts.calls.write(ctx, { ...facts, ...(dryRun && { dryRun }) }, async (trace) => {
      const call = { ctx, trace, ref };
      await this.#writes.authorise(call, syncRight('update', ref), syncRight('create', ref));
      await this.#requireAll(call, rightsOfAuthor(spec));
      const { parsed, created } = await this.#writes.put(call, spec, options);
      const view = await this.#view(parsed, dryRun ? ctx.principal.username : undefined);
      return new CallOutcome({ view, created }, { success: created ? 'created' : 'ok' });
    });
  }

  /** Deletes a sync; both sides stay as they are. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, ref: SecretRef, options: SpecWriteOptions): Promise<void> {
    return this.#writes.delete(ctx, ref, options);
  }

  /** Looks at a sync now. A dry run returns the plan. Throws NotFound, Invalid, Unavailable. */
  run(
    ctx: CallContext,
    ref: SecretRef,
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<SyncRunView> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'syncs.run', namespace, secret, ...(dryRun && { dryRun }) } as const;
    return this.#parts.calls.write(ctx, facts, async (trace) => {
      const call = { ctx, trace, ref };
      await this.#writes.authorise(call, syncRight('create', ref, 'run'));
      return this.#run(await this.#writes.require(call), { resolution: undefined, dryRun });
    });
  }

  /**
   * Resolves what a sync holds: one side wins. The caller also needs the right to read the Secret,
   * or to write it if the store wins. Throws as `run`.
   */
  resolve(
    ctx: CallContext,
    ref: SecretRef,
    { prefer, keys }: ResolveRequest,
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<SyncRunView> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'syncs.resolve', namespace, secret } as const;
    return this.#parts.calls.write(ctx, { ...facts, ...(dryRun && { dryRun }) }, async (trace) => {
      const call = { ctx, trace, ref };
      await this.#writes.authorise(call, syncRight('create', ref, 'resolve'));
      const sync = await this.#writes.require(call);
      const { spec, problem } = sync;
      if (spec === undefined) throw invalidAt('/spec', problem ?? 'breaks a rule');
      requirePossible(spec, { prefer, keys });
      requireKnown(sync, keys);
      await this.#requireAll(call, rightsToResolve(spec, prefer));
      const resolution = { prefer, keys: keys && new Set(keys) };
      return this.#run(sync, { resolution, dryRun });
    });
  }

  async #run(
    sync: ParsedSync,
    { resolution, dryRun }: { readonly resolution?: Resolution | undefined; dryRun: boolean },
  ): Promise<SyncRunView> {
    if (!this.#parts.storeFeed.isLoaded) throw unavailable('the stores are not known yet');
    try {
      const outcome = await this.#runner.run(sync, { resolution, isDryRun: dryRun });
      return runViewOf(outcome, dryRun);
    } catch (error) {
      if (!(error instanceof StoreWaits)) throw error;
      const retryAfterSeconds = Math.ceil(error.waitMs / 1_000);
      throw unavailable(`${error.message}; wait ${retryAfterSeconds} s`, { retryAfterSeconds });
    }
  }

  /** Requires all rights, in the namespace of the sync. */
  async #requireAll(
    { ctx, trace, ref: { namespace } }: SpecCall,
    rights: ReturnType<typeof rightsOfAuthor>,
  ): Promise<void> {
    const access = this.#parts.access.tracedBy(trace.upstreamIds);
    for (const right of rights) await access.require(ctx, { ...right, namespace });
  }

  async #view(sync: ParsedSync, author?: string): Promise<SyncView> {
    if (author !== undefined) return syncViewOf(sync, author);
    const { records, authors } = this.#parts;
    const { object, specHash } = sync;
    const recorded = await records.get(object.uid);
    const known = await authors.of(syncKind.resource, { object, specHash, recorded });
    return syncViewOf(sync, known?.username);
  }
}

/** Throws Invalid for a resolution that the spec of the sync makes impossible. */
function requirePossible(spec: SyncSpec, { prefer, keys }: ResolveRequest): void {
  const direction = prefer === 'cluster' ? 'push' : 'pull';
  if (!directionsOf(spec).includes(direction)) {
    throw invalidAt('/prefer', `the sync does not ${direction}, so that this side cannot win`);
  }
  if (spec.keys !== undefined) requireAmong(keys, spec.keys, 'is no key of the sync');
}

/** Throws Invalid for a key that the last look at the sync has not found. */
function requireKnown({ object: { status } }: ParsedSync, keys: ResolveRequest['keys']): void {
  const found = keyStatesOf(status);
  // A status names no more keys than this, and before the first look none.
  if (found.length === 0 || found.length >= syncLimits.statusKeysMax) return;
  requireAmong(keys, found, 'is no key that the last look has found');
}

/** Throws Invalid for the first key without such a name. */
function requireAmong(
  keys: ResolveRequest['keys'] = [],
  named: readonly { readonly name: string }[],
  why: string,
): void {
  const names = new Set(named.map(({ name }) => name));
  const other = keys.findIndex((key) => !names.has(key));
  if (other >= 0) throw invalidAt(`/keys/${other}`, why);
}
