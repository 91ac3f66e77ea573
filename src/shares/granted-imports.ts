import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { ConfirmedObjects } from './confirmed-objects.js';
import { type Grant, grantOf } from './domain/grant.js';
import { notGranted } from './domain/not-granted.js';
import { noPins } from './domain/share-pins.js';
import type { ShareState } from './share-states.js';
import type { ShareDependencies } from './shares.dependencies.js';

/** Call in the namespace of the owner, as part of the consumer's call. */
export interface OwnerCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
}

/** Imports, and what the shares of the other side grant to them. */
export class GrantedImports {
  readonly #parts: ShareDependencies;
  readonly #confirmed: ConfirmedObjects;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
    this.#confirmed = new ConfirmedObjects(parts);
  }

  /** Returns what is granted to the caller now. Throws NotFound if nothing is. */
  async of(
    owner: OwnerCall,
    ref: SecretRef,
  ): Promise<{ readonly grant: Grant; readonly state: ShareState }> {
    const { states, clock } = this.#parts;
    this.#parts.requireKnown(this.#parts.importFeed, ref.namespace);
    const imported = this.#parts.importNow(ref);
    const share = this.#shareOf(imported?.spec?.from);
    const facts = { imported, share, reader: owner.ctx.principal, nowMs: clock.nowMs() };
    // Decided by the objects first: what is not granted costs no question to the cluster.
    const first = grantOf({ ...facts, pins: noPins });
    if (typeof first === 'string') throw notGranted(ref, first);
    const confirmed = {
      ...facts,
      imported: await this.#confirmed.import(first.imported),
      share: await this.#confirmed.share(owner, first.share),
    };
    const second = grantOf({ ...confirmed, pins: noPins });
    if (typeof second === 'string') throw notGranted(ref, second);
    const state = await states.of(second.share, second.spec);
    if (state.problem !== undefined) throw notGranted(ref, state.problem.reason);
    const grant = grantOf({ ...confirmed, pins: state.pins });
    if (typeof grant === 'string') throw notGranted(ref, grant);
    return { grant, state };
  }

  #shareOf(from: { readonly namespace: string; readonly share: string } | undefined) {
    const { served, knownShares, shareFeed } = this.#parts;
    if (from === undefined || !served.isServed(from.namespace)) return undefined;
    this.#parts.requireKnown(shareFeed, from.namespace);
    return knownShares.get({ namespace: from.namespace, name: from.share });
  }
}
