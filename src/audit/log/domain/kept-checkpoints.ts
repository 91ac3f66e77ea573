import { type AnchoredNote, isSameTree } from '../../anchors/domain/anchored-tree.js';
import { isGivenUp } from '../../anchors/domain/given-up.js';
import type { Acceptance } from './acceptance.js';
import type { LogFault } from './log-fault.js';

/** A checkpoint that was kept elsewhere. */
export type KeptCheckpoint = AnchoredNote;

interface FoundAcceptance {
  readonly index: number;
  readonly acceptance: Acceptance;
}

/** Acceptances that are remembered, beside those that were agreed to; others give nothing up. */
const ACCEPTANCES_MAX = 1_000;

/**
 * Compares a log with what was kept of it. Whoever can cut a log and has its key can also write
 * into it that this was accepted: an acceptance is believed only where the verifier names its
 * event.
 */
export class KeptCheckpoints {
  readonly #kept: readonly KeptCheckpoint[];
  readonly #bySize: readonly KeptCheckpoint[];
  readonly #agreed: ReadonlySet<number>;
  #at = 0;
  #pruned = 0;
  #compared = 0;
  readonly #acceptances: FoundAcceptance[] = [];
  readonly #unmet: { readonly kept: KeptCheckpoint; readonly fault: LogFault }[] = [];

  constructor(kept: readonly KeptCheckpoint[], agreed: readonly number[]) {
    this.#kept = kept;
    this.#bySize = kept.toSorted((one, other) => one.size - other.size);
    this.#agreed = new Set(agreed);
  }

  /** Below the first entry that is there nothing can be compared. */
  beginAt(first: number): void {
    while ((this.#bySize[this.#at]?.size ?? Infinity) < first) this.#at += 1;
    this.#pruned = this.#at;
  }

  /** How many were compared, and how many were not because their entries are pruned. */
  get counts(): { readonly compared: number; readonly pruned: number } {
    return { compared: this.#compared, pruned: this.#pruned };
  }

  /** What the next entry of the log accepts. */
  entry(index: number, acceptance: Acceptance | undefined): void {
    if (this.#kept.length === 0 || acceptance === undefined) return;
    if (this.#acceptances.length >= ACCEPTANCES_MAX && !this.#agreed.has(index)) return;
    this.#acceptances.push({ index, acceptance });
  }

  /** The log has so many entries now, of which the first `vouched` were signed. */
  compare(size: number, root: () => Uint8Array, vouched: number): void {
    for (let kept = this.#bySize[this.#at]; kept?.size === size; kept = this.#bySize[this.#at]) {
      // Every log begins with the tree of no entries: that one proves nothing.
      if (size > 0) this.#compared += 1;
      if (!isSameTree(kept, { size, root: root() })) {
        const reason = `the entries are not those of the checkpoint of ${size} that was kept`;
        this.#unmet.push({
          kept,
          fault: { reason, from: vouched, to: Math.max(vouched, size - 1) },
        });
      }
      this.#at += 1;
    }
  }

  /** The log ends with so many entries. */
  endAt(size: number): void {
    for (const kept of this.#bySize.slice(this.#at)) {
      this.#compared += 1;
      const reason = `the log ends here, but a checkpoint of ${kept.size} entries was kept`;
      this.#unmet.push({ kept, fault: { reason, from: size, to: size } });
    }
    this.#at = this.#bySize.length;
  }

  /** The first checkpoint that the log should lead to and does not. */
  get fault(): LogFault | undefined {
    const found = this.#unmet.find(({ kept }) => !this.#isAgreed(this.#acceptanceOf(kept)));
    if (found === undefined) return undefined;
    const index = this.#acceptanceOf(found.kept)?.index;
    if (index === undefined) return found.fault;
    return {
      ...found.fault,
      reason: `${found.fault.reason}; event ${index} accepts that (--accept-rollback ${index})`,
    };
  }

  /** Indexes of the events by which checkpoints were given up, as agreed. */
  get used(): readonly number[] {
    const indexes = this.#unmet.flatMap(({ kept }) => this.#acceptanceOf(kept)?.index ?? []);
    return [...new Set(indexes)].filter((index) => this.#agreed.has(index));
  }

  /** What gives a checkpoint up: where several do, one that was agreed to. */
  #acceptanceOf(kept: KeptCheckpoint): FoundAcceptance | undefined {
    const found = this.#acceptances.filter(({ acceptance }) => isGivenUp(kept, [acceptance]));
    return found.find((one) => this.#isAgreed(one)) ?? found[0];
  }

  #isAgreed(found: FoundAcceptance | undefined): boolean {
    return found !== undefined && this.#agreed.has(found.index);
  }
}
