import { type AnchoredNote, isSameTree } from '../../anchors/domain/anchored-tree.js';
import { isGivenUp } from '../../anchors/domain/given-up.js';
import type { Acceptance } from './acceptance.js';
import { openCheckpoint, parseCheckpointText } from './checkpoint.js';
import type { LogFault } from './log-fault.js';
import type { NoteVerifier } from './note-key.js';
import { parseNote, splitNotes } from './signed-note.js';

/** A checkpoint that was kept elsewhere, as its note says: who has signed that is known later. */
export interface SavedCheckpoint extends AnchoredNote {
  readonly note: string;
}

/** Those in a text of notes, each once; whatever else the text has is passed over. */
export function keptCheckpointsIn(text: string): readonly SavedCheckpoint[] {
  return [...new Set(splitNotes(text))].flatMap((note) => {
    const checkpoint = parseCheckpointText(parseNote(note)?.text ?? '');
    return checkpoint === undefined ? [] : [{ ...checkpoint, note }];
  });
}

/** How many kept checkpoints there are of each sort. */
export interface KeptCounts {
  readonly compared: number;
  /** Not compared: their entries are pruned. */
  readonly pruned: number;
  /** No key of the log has signed them: they neither prove nor contradict anything. */
  readonly foreign: number;
  /**
   * Of more entries than the log has, and signed in its name with a key that is not known: the log
   * may have been cut to before that key.
   */
  readonly unknown: number;
}

interface FoundAcceptance {
  readonly index: number;
  readonly acceptance: Acceptance;
}

/** Acceptances that are remembered, beside those that were agreed to; others give nothing up. */
const ACCEPTANCES_MAX = 1_000;

/**
 * Compares a log with what was kept of it. Whoever can cut a log and has its key can also write
 * into it that this was accepted: an acceptance is believed only where the verifier names its
 * event. Whoever can write where a checkpoint was kept can put anything there: it counts once
 * `conclude` finds it signed, when the keys of the log are known.
 */
export class SavedCheckpoints {
  readonly #kept: readonly SavedCheckpoint[];
  readonly #bySize: readonly SavedCheckpoint[];
  readonly #agreed: ReadonlySet<number>;
  #at = 0;
  readonly #compared: SavedCheckpoint[] = [];
  #pruned: readonly SavedCheckpoint[] = [];
  #beyond: readonly SavedCheckpoint[] = [];
  #signed: ReadonlySet<SavedCheckpoint> = new Set();
  #unknown = 0;
  readonly #acceptances: FoundAcceptance[] = [];
  readonly #unmet: { readonly kept: SavedCheckpoint; readonly fault: LogFault }[] = [];

  constructor(kept: readonly SavedCheckpoint[], agreed: readonly number[]) {
    this.#kept = kept;
    this.#bySize = kept.toSorted((one, other) => one.size - other.size);
    this.#agreed = new Set(agreed);
  }

  /** Below the first entry that is there nothing can be compared. */
  beginAt(first: number): void {
    while ((this.#bySize[this.#at]?.size ?? Infinity) < first) this.#at += 1;
    this.#pruned = this.#bySize.slice(0, this.#at);
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
      if (size > 0) this.#compared.push(kept);
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
    this.#beyond = this.#bySize.slice(this.#at);
    for (const kept of this.#beyond) {
      this.#compared.push(kept);
      const reason = `the log ends here, but a checkpoint of ${kept.size} entries was kept`;
      this.#unmet.push({ kept, fault: { reason, from: size, to: size } });
    }
    this.#at = this.#bySize.length;
  }

  /** Nothing more is read: from now on those count that one of these keys of the log signed. */
  conclude(origin: string, verifiers: readonly NoteVerifier[]): void {
    const signed = this.#kept.filter((kept) => {
      return openCheckpoint(kept.note, verifiers)?.origin === origin;
    });
    this.#signed = new Set(signed);
    const unsigned = this.#beyond.filter((kept) => !this.isSigned(kept));
    this.#unknown = unsigned.filter(({ note }) => hasOtherKey(note, origin, verifiers)).length;
  }

  /** Whether a key of the log has signed it. */
  isSigned(kept: SavedCheckpoint): boolean {
    return this.#signed.has(kept);
  }

  get counts(): KeptCounts {
    const signedOf = (some: readonly SavedCheckpoint[]) => some.filter((one) => this.isSigned(one));
    return {
      compared: signedOf(this.#compared).length,
      pruned: signedOf(this.#pruned).length,
      foreign: this.#kept.length - this.#signed.size - this.#unknown,
      unknown: this.#unknown,
    };
  }

  /** The first checkpoint that the log should lead to and does not. */
  get fault(): LogFault | undefined {
    const found = this.#contradicting.find(({ kept }) => !this.#isAgreed(this.#acceptanceOf(kept)));
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
    const indexes = this.#contradicting.flatMap(
      ({ kept }) => this.#acceptanceOf(kept)?.index ?? [],
    );
    return [...new Set(indexes)].filter((index) => this.#agreed.has(index));
  }

  get #contradicting() {
    return this.#unmet.filter(({ kept }) => this.isSigned(kept));
  }

  /** What gives a checkpoint up: where several do, one that was agreed to. */
  #acceptanceOf(kept: SavedCheckpoint): FoundAcceptance | undefined {
    const found = this.#acceptances.filter(({ acceptance }) => isGivenUp(kept, [acceptance]));
    return found.find((one) => this.#isAgreed(one)) ?? found[0];
  }

  #isAgreed(found: FoundAcceptance | undefined): boolean {
    return found !== undefined && this.#agreed.has(found.index);
  }
}

/** Whether a key has signed it in the name of the log, it seems, that is none of these. */
function hasOtherKey(note: string, origin: string, verifiers: readonly NoteVerifier[]): boolean {
  const { signatures = [] } = parseNote(note) ?? {};
  const known = new Set(verifiers.map(({ keyId }) => keyId));
  return signatures.some(({ name, keyId }) => name === origin && !known.has(keyId));
}
