import { requireInScope } from '../access/domain/scope-refusal.js';
import { importRight } from '../access/domain/secret-rights.js';
import { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { timeOrderedId } from '../core/time-ordered-id.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { Look, Watchable } from '../secrets/read/read-wait.js';
import type { Consistency, FoundSecret } from '../secrets/read/secret-source.js';
import type { Grant, GrantedKey } from './domain/grant.js';
import { deliveredTag } from './domain/import-tag.js';
import { notGranted } from './domain/not-granted.js';
import { type Granted, GrantedImports, type OwnerCall } from './granted-imports.js';
import type { ShareDependencies } from './shares.dependencies.js';

/** Grant, and the Secret that it is about. */
export interface Delivery {
  readonly grant: Grant;
  readonly found: FoundSecret;
  /** Keys that are granted and exist. */
  readonly keys: readonly GrantedKey[];
}

/** Keys of an import that a wait is about, by their names in the import. */
export interface WatchedKeys {
  readonly ref: SecretRef;
  readonly keys: readonly string[];
  readonly consistency: Consistency | undefined;
}

/** Lookups of what imports give, without values and without events of their own. */
export class ImportLookups {
  readonly #parts: ShareDependencies;
  readonly #granted: GrantedImports;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
    this.#granted = new GrantedImports(parts);
  }

  /** Requires the right to the import before any lookup. */
  async authorise(ctx: CallContext, trace: CallTrace, ref: SecretRef): Promise<void> {
    const { reason } = await this.#require(ctx, trace.upstreamIds, ref);
    trace.decisionReason = reason;
    trace.plane = 'broker';
    this.#parts.served.requireServed(ref.namespace);
  }

  /** Returns what is granted to the caller now. Throws NotFound if nothing is. */
  granted(owner: OwnerCall, ref: SecretRef): Promise<Granted> {
    return this.#granted.of(owner, ref);
  }

  /** Finds the Secret of a grant. Throws NotFound if the owner's namespace lacks it. */
  async delivery(
    owner: OwnerCall,
    { grant, state }: Granted,
    consistency: Consistency | undefined,
  ): Promise<Delivery> {
    const { share, spec, imported } = grant;
    const request = { share, spec, pins: state.pins, consistency };
    const found = await this.#parts.secrets.find(owner, request);
    if (typeof found === 'string') throw notGranted(imported.object, found);
    const keys = grant.keys.filter(({ key }) => found.keys.includes(key));
    return { grant, found, keys };
  }

  /**
   * Returns the names of the keys that an import gives the caller, in its order. Throws Forbidden
   * without the right to the import, and NotFound if nothing is granted.
   */
  async keyNames(
    ctx: CallContext,
    { upstreamIds }: Pick<CallTrace, 'upstreamIds'>,
    ref: SecretRef,
  ): Promise<readonly string[]> {
    await this.#require(ctx, upstreamIds, ref);
    this.#parts.served.requireServed(ref.namespace);
    const { grant } = await this.granted(ownerCallOf(ctx), ref);
    return grant.keys.map(({ as }) => as);
  }

  /** Returns what a wait for an import watches. Throws NotFound if nothing is granted. */
  async watched(
    owner: OwnerCall,
    ref: SecretRef,
  ): Promise<Pick<Look<never>, 'watched' | 'changed'>> {
    const { knownImports, knownShares } = this.#parts;
    const { share, spec } = (await this.granted(owner, ref)).grant;
    const source = { namespace: share.object.namespace, name: spec.secretName };
    return {
      watched: [{ ref: source, rights: [importRight('get', ref)] }],
      changed: (signal) =>
        Promise.race([
          knownImports.changed(ref, signal),
          knownShares.changed(share.object, signal),
        ]),
    };
  }

  /** Returns keys of an import as a part of a wait. Throws as `keyNames`, and out of scope. */
  async watchable(ctx: CallContext, { ref, keys, consistency }: WatchedKeys): Promise<Watchable> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'imports.reveal', namespace, secret, keys, keysOnly: true } as const;
    requireInScope(ctx, facts);
    const owner = ownerCallOf(ctx);
    await this.authorise(ctx, owner.trace, ref);
    const watched = await this.watched(owner, ref);
    return {
      ...watched,
      tag: async () => {
        await this.authorise(ctx, owner.trace, ref);
        const granted = await this.granted(owner, ref);
        return deliveryTag(await this.delivery(owner, granted, consistency));
      },
    };
  }

  /** Requires the right to the import; before any lookup, and before it is known what is served. */
  #require(ctx: CallContext, upstreamIds: string[], ref: SecretRef) {
    const { access, served } = this.#parts;
    served.requireReachable(ref.namespace);
    return access.tracedBy(upstreamIds).require(ctx, importRight('get', ref));
  }
}

/** Returns the validator of what an import gives. */
export function deliveryTag({ found, grant }: Delivery): string {
  return deliveredTag(found, grant);
}

/** Returns the owner's side of a consumer's call: a part of it, with an event of its own. */
export function ownerCallOf(ctx: CallContext): OwnerCall {
  return {
    ctx: { ...ctx, auditId: timeOrderedId(), parentId: ctx.auditId },
    trace: new CallTrace(),
  };
}
