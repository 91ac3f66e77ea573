import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { ConfirmedObjects } from './confirmed-objects.js';
import type { AuthorProblem } from '../custom-resources/domain/author.js';
import { type Grant, type GrantFacts, grantOf, type NotGranted } from './domain/grant.js';
import { notGranted } from './domain/not-granted.js';
import { noPins } from './domain/share-pins.js';
import type { ShareState } from './share-states.js';
import type { ShareDependencies } from './shares.dependencies.js';

/** Call in the namespace of the owner, as part of the consumer's call. */
export interface OwnerCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
}

/** Grant, and the state of its share. */
export interface Granted {
  readonly grant: Grant;
  readonly state: ShareState;
}

/** Why nothing is granted. */
export type Refused = NotGranted | AuthorProblem['reason'];

/** How values leave, and who gets them. */
export type ImportUse = Pick<GrantFacts, 'delivery' | 'reader'>;

/** Imports, and what the shares of the other side grant to them. */
export class GrantedImports {
  readonly #parts: ShareDependencies;
  readonly #confirmed: ConfirmedObjects;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
    this.#confirmed = new ConfirmedObjects(parts);
  }

  /** Returns what is granted to the caller now. Throws NotFound if nothing is. */
  async of(owner: OwnerCall, ref: SecretRef): Promise<Granted> {
    const use = { delivery: 'live', reader: owner.ctx.principal } as const;
    const decided = await this.decide(owner, ref, use);
    if (typeof decided === 'string') throw notGranted(ref, decided);
    return decided;
  }

  /** Returns what is granted now, or why nothing is. Throws Unavailable if that is not known. */
  async decide(owner: OwnerCall, ref: SecretRef, use: ImportUse): Promise<Granted | Refused> {
    const { states, clock } = this.#parts;
    this.#parts.requireKnown(this.#parts.importFeed, ref.namespace);
    const imported = this.#parts.importNow(ref);
    const share = this.#shareOf(imported?.spec?.from);
    const facts = { ...use, imported, share, nowMs: clock.nowMs() };
    // Decided by the objects first: what is not granted costs no question to the cluster.
    const first = grantOf({ ...facts, pins: noPins });
    if (typeof first === 'string') return first;
    const confirmed = {
      ...facts,
      imported: await this.#confirmed.import(first.imported),
      share: await this.#confirmed.share(owner, first.share),
    };
    const second = grantOf({ ...confirmed, pins: noPins });
    if (typeof second === 'string') return second;
    const state = await states.of(second.share, second.spec);
    if (state.problem !== undefined) return state.problem.reason;
    const grant = grantOf({ ...confirmed, pins: state.pins });
    return typeof grant === 'string' ? grant : { grant, state };
  }

  #shareOf(from: { readonly namespace: string; readonly share: string } | undefined) {
    const { served, knownShares, shareFeed } = this.#parts;
    if (from === undefined || !served.isServed(from.namespace)) return undefined;
    this.#parts.requireKnown(shareFeed, from.namespace);
    return knownShares.get({ namespace: from.namespace, name: from.share });
  }
}
