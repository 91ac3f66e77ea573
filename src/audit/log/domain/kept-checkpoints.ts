import { Buffer } from 'node:buffer';
import { acceptedTree } from '../../anchors/domain/accepted-rollback.js';
import { type AnchoredTree, isSameTree } from '../../anchors/domain/anchored-tree.js';
import { annotation, type KubernetesAuditEvent } from '../../domain/kubernetes-event.js';
import type { LogFault } from './log-fault.js';

/** A checkpoint that was kept elsewhere; of those of one place, the order is that of the list. */
export interface KeptCheckpoint extends AnchoredTree {
  readonly place?: string;
}

interface Acceptance {
  readonly index: number;
  readonly tree: AnchoredTree;
}

const MENTION = Buffer.from('"audit.acceptRollback"');
/** Acceptances that are remembered, beside those that were agreed to; others give nothing up. */
const ACCEPTANCES_MAX = 1_000;

/**
 * Compares a log with what was kept of it. Whoever can cut a log can also write into it that this
 * was accepted: an acceptance is believed only where the verifier names its event. It gives up the
 * tree that it names, and what the same place had before that and of no more entries.
 */
export class KeptCheckpoints {
  readonly #kept: readonly KeptCheckpoint[];
  readonly #bySize: readonly KeptCheckpoint[];
  readonly #agreed: ReadonlySet<number>;
  #at = 0;
  readonly #acceptances: Acceptance[] = [];
  readonly #unmet: { readonly kept: KeptCheckpoint; readonly fault: LogFault }[] = [];

  constructor(kept: readonly KeptCheckpoint[], agreed: readonly number[]) {
    this.#kept = kept;
    this.#bySize = kept.toSorted((one, other) => one.size - other.size);
    this.#agreed = new Set(agreed);
  }

  /** Below the first entry that is there nothing can be compared. */
  beginAt(first: number): void {
    while ((this.#bySize[this.#at]?.size ?? Infinity) < first) this.#at += 1;
  }

  /** The next entry of the log, which may accept a rollback. */
  entry(index: number, bytes: Buffer): void {
    if (this.#kept.length === 0 || !bytes.includes(MENTION)) return;
    if (this.#acceptances.length >= ACCEPTANCES_MAX && !this.#agreed.has(index)) return;
    const tree = acceptanceIn(bytes);
    if (tree !== undefined) this.#acceptances.push({ index, tree });
  }

  /** The log has so many entries now, of which the first `vouched` were signed. */
  compare(size: number, root: () => Uint8Array, vouched: number): void {
    for (let kept = this.#bySize[this.#at]; kept?.size === size; kept = this.#bySize[this.#at]) {
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
  #acceptanceOf(kept: KeptCheckpoint): Acceptance | undefined {
    const from = this.#kept.indexOf(kept);
    const trees = this.#kept.slice(from).filter((one) => one.place === kept.place);
    const found = this.#acceptances.filter(
      ({ tree }) => kept.size <= tree.size && trees.some((one) => isSameTree(one, tree)),
    );
    return found.find((one) => this.#isAgreed(one)) ?? found[0];
  }

  #isAgreed(acceptance: Acceptance | undefined): boolean {
    return acceptance !== undefined && this.#agreed.has(acceptance.index);
  }
}

/** What an entry gives up, where it is our own event of that: none that the cluster reported. */
function acceptanceIn(bytes: Buffer): AnchoredTree | undefined {
  try {
    const json = bytes.toString('utf8');
    const { annotations } = JSON.parse(json) as KubernetesAuditEvent;
    return annotations[annotation.source] === undefined ? acceptedTree(json) : undefined;
  } catch {
    // An entry that is no event; its hash is checked all the same.
    return undefined;
  }
}
