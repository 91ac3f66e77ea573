import { type AnchoredNote, isSameTree } from '../../anchors/domain/anchored-tree.js';
import { isGivenUp } from '../../anchors/domain/given-up.js';
import type { Acceptance } from './acceptance.js';
import { openCheckpoint, parseCheckpointText } from './checkpoint.js';
import type { LogFault } from './log-fault.js';
import type { NoteVerifier } from './note-key.js';
import { parseNote, splitNotes } from './signed-note.js';

/** Checkpoint that was saved elsewhere, as its note states it: its signature is verified later. */
export interface SavedCheckpoint extends AnchoredNote {
  readonly note: string;
}

/** Returns the checkpoints in a text of notes, each once; any other text is skipped. */
export function keptCheckpointsIn(text: string): readonly SavedCheckpoint[] {
  return [...new Set(splitNotes(text))].flatMap((note) => {
    const checkpoint = parseCheckpointText(parseNote(note)?.text ?? '');
    return checkpoint === undefined ? [] : [{ ...checkpoint, note }];
  });
}

/** Number of saved checkpoints of each kind. */
export interface KeptCounts {
  readonly compared: number;
  /** Not compared: checkpoints of no entries, with which every log begins. */
  readonly empty: number;
  /** Not compared: their entries are pruned. */
  readonly pruned: number;
  /** No key of the log has signed them: they neither prove nor contradict anything. */
  readonly foreign: number;
  /**
   * Checkpoints of more entries than the log has, signed in its name with an unknown key. The log
   * may have been truncated to before that key.
   */
  readonly unknown: number;
}

interface FoundAcceptance {
  readonly index: number;
  readonly acceptance: Acceptance;
}

/** Acceptances that are remembered, in addition to agreed ones; others have no effect. */
const ACCEPTANCES_MAX = 1_000;

/**
 * Comparison of a log with its saved checkpoints. An attacker who can truncate a log and has its
 * key can also write an acceptance into it. So an acceptance is believed only if the verifier names
 * its event. A writer of saved checkpoints can save anything: a checkpoint counts once `conclude`
 * finds it signed, when the keys of the log are known.
 */
export class SavedCheckpoints {
  readonly #kept: readonly SavedCheckpoint[];
  readonly #bySize: readonly SavedCheckpoint[];
  readonly #agreed: ReadonlySet<number>;
  #at = 0;
  readonly #compared: SavedCheckpoint[] = [];
  readonly #empty: SavedCheckpoint[] = [];
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

  /** Sets the first existing entry, below which nothing can be compared. */
  beginAt(first: number): void {
    while ((this.#bySize[this.#at]?.size ?? Infinity) < first) this.#at += 1;
    this.#pruned = this.#bySize.slice(0, this.#at);
  }

  /** Records the acceptance in the next entry of the log. */
  entry(index: number, acceptance: Acceptance | undefined): void {
    if (this.#kept.length === 0 || acceptance === undefined) return;
    if (this.#acceptances.length >= ACCEPTANCES_MAX && !this.#agreed.has(index)) return;
    this.#acceptances.push({ index, acceptance });
  }

  /** Compares checkpoints of the log's current size; the first `vouched` entries were signed. */
  compare(size: number, root: () => Uint8Array, vouched: number): void {
    for (let kept = this.#bySize[this.#at]; kept?.size === size; kept = this.#bySize[this.#at]) {
      (size > 0 ? this.#compared : this.#empty).push(kept);
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

  /** Sets the number of entries at the end of the log. */
  endAt(size: number): void {
    this.#beyond = this.#bySize.slice(this.#at);
    for (const kept of this.#beyond) {
      this.#compared.push(kept);
      const reason = `the log ends here, but a checkpoint of ${kept.size} entries was kept`;
      this.#unmet.push({ kept, fault: { reason, from: size, to: size } });
    }
    this.#at = this.#bySize.length;
  }

  /** Ends the input: from now on, a checkpoint counts only if one of these keys has signed it. */
  conclude(origin: string, verifiers: readonly NoteVerifier[]): void {
    const signed = this.#kept.filter((kept) => {
      return openCheckpoint(kept.note, verifiers)?.origin === origin;
    });
    this.#signed = new Set(signed);
    const unsigned = this.#beyond.filter((kept) => !this.isSigned(kept));
    this.#unknown = unsigned.filter(({ note }) => hasOtherKey(note, origin, verifiers)).length;
  }

  /** Reports whether a key of the log has signed it. */
  isSigned(kept: SavedCheckpoint): boolean {
    return this.#signed.has(kept);
  }

  get counts(): KeptCounts {
    const signedOf = (some: readonly SavedCheckpoint[]) => some.filter((one) => this.isSigned(one));
    return {
      compared: signedOf(this.#compared).length,
      empty: signedOf(this.#empty).length,
      pruned: signedOf(this.#pruned).length,
      foreign: this.#kept.length - this.#signed.size - this.#unknown,
      unknown: this.#unknown,
    };
  }

  /** Returns the fault of the first checkpoint that the log does not extend. */
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

  /** Returns indexes of the events by which checkpoints were abandoned, as agreed. */
  get used(): readonly number[] {
    const indexes = this.#contradicting.flatMap(
      ({ kept }) => this.#acceptanceOf(kept)?.index ?? [],
    );
    return [...new Set(indexes)].filter((index) => this.#agreed.has(index));
  }

  get #contradicting() {
    return this.#unmet.filter(({ kept }) => this.isSigned(kept));
  }

  /** Returns the acceptance that abandons a checkpoint: of several, an agreed acceptance. */
  #acceptanceOf(kept: SavedCheckpoint): FoundAcceptance | undefined {
    const found = this.#acceptances.filter(({ acceptance }) => isGivenUp(kept, [acceptance]));
    return found.find((one) => this.#isAgreed(one)) ?? found[0];
  }

  #isAgreed(found: FoundAcceptance | undefined): boolean {
    return found !== undefined && this.#agreed.has(found.index);
  }
}

/** Reports whether a key other than these seems to have signed it in the name of the log. */
function hasOtherKey(note: string, origin: string, verifiers: readonly NoteVerifier[]): boolean {
  const { signatures = [] } = parseNote(note) ?? {};
  const known = new Set(verifiers.map(({ keyId }) => keyId));
  return signatures.some(({ name, keyId }) => name === origin && !known.has(keyId));
}
