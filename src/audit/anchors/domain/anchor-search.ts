import type { Buffer } from 'node:buffer';
import { limits } from '../../../core/limits.js';
import type { NoteVerifier } from '../../log/domain/note-key.js';
import { type FoundRecord, isCutRecord, noteIn, recordsIn } from './anchor-records.js';
import { type AnchoredNote, anchoredNote } from './anchored-tree.js';

/** Contents of an anchor. */
export interface AnchorReading {
  /** Checkpoints that a key of this log has signed, each once, in the order of the anchor. */
  readonly notes: readonly AnchoredNote[];
  /** Other contents, as half a sentence: an unauthorized writer has written there. */
  readonly strange?: string;
}

export interface AnchorSearchOptions {
  /** Size of the file. */
  readonly size: number;
  readonly verifiers: readonly NoteVerifier[];
  /** Whether to search everything that may be read, not only back to the last checkpoint. */
  readonly isWhole: boolean;
  /** Records that these keys were found to have signed before: not checked again. */
  readonly known?: VerifiedRecords;
}

/** Checkpoints by their records. */
export type VerifiedRecords = ReadonlyMap<string, AnchoredNote>;

/** Record, and its positions in a file. */
interface Occurrences {
  /** The last occurrence. */
  readonly found: FoundRecord;
  firstAt: number;
  count: number;
}

/** Part of a file, from the first byte up to and without the second. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Search of an anchor file from its end for the checkpoints of a log. A writer of the file can put
 * anything at its end, including older checkpoints. Within the limit, the newest by their order and
 * the largest by their size count.
 */
export class AnchorSearch {
  readonly #options: AnchorSearchOptions;
  readonly #lowest: number;
  /** Bytes from here on were searched. */
  #from: number;
  /** By their text; first the record whose last occurrence is nearest to the end of the file. */
  readonly #records = new Map<string, Occurrences>();
  #first = Infinity;
  readonly #verified = new Map<string, AnchoredNote | undefined>();
  #isFirstCut = false;
  /** Signatures that may still be checked on the way back to the last checkpoint. */
  #left: number = limits.auditAnchorSignaturesMax;

  constructor(options: AnchorSearchOptions) {
    this.#options = options;
    this.#from = options.size;
    this.#lowest = Math.max(0, options.size - limits.auditAnchorReadBytesMax);
  }

  /** Returns the span to read next; undefined once enough was read. */
  get next(): Span | undefined {
    const { size, isWhole } = this.#options;
    const isFound = !isWhole && (this.#hasNote || this.#left === 0);
    if (this.#from <= this.#lowest || isFound) return undefined;
    const from = Math.max(this.#lowest, this.#from - limits.auditAnchorPieceBytes);
    return { from, to: Math.min(size, this.#from + limits.auditAnchorRecordBytesMax) };
  }

  /** Searches the bytes of `next`. */
  take(bytes: Buffer): void {
    const span = this.next;
    if (span === undefined) return;
    const records = recordsIn(bytes, this.#origin, span.from);
    const isNew = ({ at, length }: FoundRecord) => at < this.#from && at + length <= this.#first;
    const found = records.filter(isNew).toReversed();
    for (const one of found) this.#add(one);
    this.#first = found.at(-1)?.at ?? this.#first;
    this.#isFirstCut = bytes.length === this.#options.size && isCutRecord(bytes, this.#origin);
    this.#from = span.from;
    if (!this.#options.isWhole) this.#left = this.#verify(found, this.#left);
  }

  /** Returns the result; undefined if the file has contents, but no checkpoint of this log. */
  get reading(): AnchorReading | undefined {
    if (this.#options.isWhole) this.#verifyChosen();
    const records = [...this.#records.keys()].toReversed();
    const notes = records.flatMap((record) => this.#verified.get(record) ?? []);
    const isEmpty = this.#options.size === 0 || this.#isFirstCut;
    if (notes.length === 0 && !isEmpty) return undefined;
    const strange = this.#strange();
    return { notes, ...(strange !== undefined && { strange }) };
  }

  get #origin(): string {
    return this.#options.verifiers[0]?.name ?? '';
  }

  /** Returns the verified records. */
  get verified(): VerifiedRecords {
    const notes = [...this.#verified].flatMap(([record, note]) =>
      note === undefined ? [] : [[record, note] as const],
    );
    return new Map(notes);
  }

  get #hasNote(): boolean {
    return [...this.#verified.values()].some((note) => note !== undefined);
  }

  #add(found: FoundRecord): void {
    const { record, at } = found;
    const known = this.#records.get(record) ?? { found, firstAt: at, count: 0 };
    known.firstAt = at;
    known.count += 1;
    this.#records.set(record, known);
  }

  #strange(): string | undefined {
    const known = [...this.#records.values()].filter(
      ({ found: { record } }) =>
        !this.#verified.has(record) || this.#verified.get(record) !== undefined,
    );
    const first = known.reduce((least, { firstAt }) => Math.min(least, firstAt), Infinity);
    // A record that begins before the searched part is incomplete.
    const start = Math.min(first, this.#options.size);
    const isCut = this.#from > 0 && start - this.#from < limits.auditAnchorRecordBytesMax;
    const searched = this.#options.size - (isCut ? start : this.#from);
    const bytes = known.reduce((sum, { found, count }) => sum + found.length * count, 0);
    const others = searched - bytes;
    if (others > 0) return `${others} bytes in it are no checkpoints of this log`;
    const repeated = known.reduce((sum, { count }) => sum + count - 1, 0);
    return repeated > 0 ? `${repeated} checkpoints stand in it again` : undefined;
  }

  #verifyChosen(): void {
    const { auditAnchorSignaturesMax: signaturesMax } = limits;
    const records = [...this.#records.values()].map(({ found }) => found);
    this.#verify(records, signaturesMax);
    const bySize = records.toSorted((one, other) => other.size - one.size);
    this.#verify(bySize, signaturesMax);
  }

  /** Verifies until enough are valid or the maximum was checked; returns the remaining checks. */
  #verify(records: readonly FoundRecord[], signaturesMax: number): number {
    const { verifiers, known } = this.#options;
    const valid = new Set<string>();
    let left = signaturesMax;
    for (const found of records) {
      const { record } = found;
      if (valid.size >= limits.auditAnchorNotesMax) break;
      if (!this.#verified.has(record)) {
        const before = known?.get(record);
        if (before === undefined && left === 0) break;
        if (before === undefined) left -= 1;
        this.#verified.set(record, before ?? anchoredNote(noteIn(found), verifiers));
      }
      if (this.#verified.get(record) !== undefined) valid.add(record);
    }
    return left;
  }
}
