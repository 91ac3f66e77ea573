import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { ConfirmedObjects } from './confirmed-objects.js';
import type { AuthorProblem } from '../custom-resources/domain/author.js';
import { type Grant, type GrantFacts, grantOf, type NotGranted } from './domain/grant.js';
import type { ParsedImport } from './domain/import-spec.js';
import { notGranted } from './domain/not-granted.js';
import { noPins } from './domain/share-pins.js';
import type { ParsedShare } from './domain/share-spec.js';
import type { ShareState } from './share-states.js';
import type { ShareDependencies } from './shares.dependencies.js';

/** Call in the namespace of the owner, as part of the consumer's call. */
export interface OwnerCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
}

/** Grant, and the state of the share by which it was decided. */
export interface Granted {
  readonly grant: Grant;
  readonly state: ShareState;
}

/** Why nothing is granted. */
export type Refused = NotGranted | AuthorProblem['reason'];

/** How values leave, and who gets them. */
export type ImportUse = Pick<GrantFacts, 'delivery' | 'reader'>;

type Facts = Omit<GrantFacts, 'pins'>;

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
    const decided = this.decide(owner, ref, use);
    const granted = decided instanceof Promise ? await decided : decided;
    if (typeof granted === 'string') throw notGranted(ref, granted);
    return granted;
  }

  /**
   * Returns what is granted now, or why nothing is: at once if nothing must be asked. Throws
   * Unavailable if that is not known.
   */
  decide(
    owner: OwnerCall,
    ref: SecretRef,
    use: ImportUse,
  ): Granted | Refused | Promise<Granted | Refused> {
    this.#parts.requireKnown(this.#parts.importFeed, ref.namespace);
    const imported = this.#parts.importNow(ref);
    const share = this.#shareOf(imported?.spec?.from);
    const facts = { ...use, imported, share, nowMs: this.#nowMs };
    const state = this.#stateOf(imported, share);
    return state === undefined ? this.#ask(owner, facts) : grantedBy(facts, state);
  }

  get #nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  /** Returns the state of the share if nothing about the grant must be asked. */
  #stateOf(
    imported: ParsedImport | undefined,
    share: ParsedShare | undefined,
  ): ShareState | undefined {
    if (imported === undefined || share === undefined) return undefined;
    return this.#confirmed.are(imported, share) ? this.#parts.states.known(share) : undefined;
  }

  /** Decides by the objects first: what is not granted costs no question to the cluster. */
  async #ask(owner: OwnerCall, facts: Facts): Promise<Granted | Refused> {
    const first = grantOf({ ...facts, pins: noPins });
    if (typeof first === 'string') return first;
    const confirmed = {
      ...facts,
      imported: await this.#confirmed.import(first.imported),
      share: await this.#confirmed.share(owner, first.share),
    };
    const second = grantOf({ ...confirmed, pins: noPins });
    if (typeof second === 'string') return second;
    const state = await this.#parts.states.of(second.share, second.spec);
    return grantedBy({ ...confirmed, nowMs: this.#nowMs }, state);
  }

  #shareOf(from: { readonly namespace: string; readonly share: string } | undefined) {
    const { served, knownShares, shareFeed } = this.#parts;
    if (from === undefined || !served.isServed(from.namespace)) return undefined;
    this.#parts.requireKnown(shareFeed, from.namespace);
    return knownShares.get({ namespace: from.namespace, name: from.share });
  }
}

/** Returns the grant for a state of the share, or why there is none. */
function grantedBy(facts: Facts, state: ShareState): Granted | Refused {
  const grant = grantOf({ ...facts, pins: state.pins });
  if (typeof grant === 'string') return grant;
  return state.problem === undefined ? { grant, state } : state.problem.reason;
}
