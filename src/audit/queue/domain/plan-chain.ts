import type { RowMac } from '../../../encryption/domain/row-mac.js';
import { CHAIN_START, type ChainTail, hashAfter, isLinked, type QueuedEntry } from './chain.js';

/** Part of one writer's queue, as read in one snapshot of the database. */
export interface ReadChain {
  readonly writer: number;
  /** Where the last integration has ended. */
  readonly integrated: ChainTail;
  /** End of the chain as its writer has stored it; undefined if no gateway has stored it so. */
  readonly tail: ChainTail | undefined;
  /** Whether `integrated` is not what a sequencer has stored, but what the log proves. */
  readonly isStateAltered: boolean;
  /** Entries after `integrated`, in order. */
  readonly rows: readonly QueuedEntry[];
  /** Whether these are all rows. */
  readonly isWhole: boolean;
}

/** Damage of entries between their commit and their integration, in words of the event. */
export type ChainFaultKind =
  /** Rows are not there. */
  | 'EntriesMissing'
  /** Rows are not what the gateway has written, or were never written by a gateway. */
  | 'EntriesAltered'
  /** Rows are a gateway's, but follow others than those that are there. */
  | 'ChainForked'
  /** The rows that count a chain are not what a gateway has written. */
  | 'ChainAltered';

/** Damage of a chain, by the numbers of its first and last entry. */
export interface ChainFault {
  readonly writer: number;
  readonly from: number;
  readonly to: number;
  readonly kind: ChainFaultKind;
}

/** Entries of one writer that follow each other, and the running hash after them. */
export interface ChainSpan {
  readonly entries: readonly QueuedEntry[];
  readonly hash: Uint8Array;
}

/** Part of a chain to integrate. */
export interface PlannedChain {
  readonly writer: number;
  readonly spans: readonly ChainSpan[];
  readonly faults: readonly ChainFault[];
  readonly integrated: ChainTail;
  /** Whether the writer cannot go on with this chain. */
  readonly isBroken: boolean;
}

/** Checks the rows of a chain; every intact entry is integrated, whatever is damaged around it. */
export function planChain(read: ReadChain, mac: RowMac): PlannedChain {
  const walk = new ChainWalk(read.integrated);
  for (const row of read.rows) walk.take(row, isLinked(row, mac));
  const isBroken = read.isWhole && !walk.endsAt(read.tail);
  if (isBroken || (read.isWhole && read.isStateAltered)) walk.noteState();
  const { writer } = read;
  const { spans, faults, integrated } = walk;
  return { writer, spans, faults, integrated, isBroken };
}

/** Walk along a chain: its running hash, its intact entries, and what is wrong with the others. */
class ChainWalk {
  readonly spans: { entries: QueuedEntry[]; hash: Uint8Array }[] = [];
  readonly faults: ChainFault[] = [];
  readonly #writer: number;
  #sequence: number;
  /** Undefined after damage, and at the start: then the next entry's MAC alone proves it. */
  #hash: Uint8Array | undefined;

  constructor({ writer, sequence, hash }: ChainTail) {
    this.#writer = writer;
    this.#sequence = sequence;
    this.#hash = isEqual(hash, CHAIN_START) ? undefined : hash;
  }

  get integrated(): ChainTail {
    return {
      writer: this.#writer,
      sequence: this.#sequence,
      hash: this.#hash ?? CHAIN_START,
    };
  }

  take(row: QueuedEntry, isIntact: boolean): void {
    this.#skipTo(row.sequence - 1);
    this.#sequence = row.sequence;
    if (!isIntact) return this.#note('EntriesAltered', row.sequence, row.sequence);
    if (this.#hash !== undefined && !isEqual(this.#hash, row.previous)) {
      this.#note('ChainForked', row.sequence, row.sequence);
    }
    this.#add(row);
  }

  /** Goes on to the end that the writer has stored; reports whether the chain ends there. */
  endsAt(tail: ChainTail | undefined): boolean {
    if (tail === undefined) return false;
    this.#skipTo(tail.sequence);
    const isEnd =
      tail.sequence === this.#sequence &&
      (this.#hash === undefined || isEqual(this.#hash, tail.hash));
    if (isEnd) this.#hash = tail.hash;
    return isEnd;
  }

  noteState(): void {
    const { faults } = this;
    faults.push({
      writer: this.#writer,
      from: this.#sequence,
      to: this.#sequence,
      kind: 'ChainAltered',
    });
  }

  #skipTo(sequence: number): void {
    if (sequence <= this.#sequence) return;
    this.#note('EntriesMissing', this.#sequence + 1, sequence);
    this.#sequence = sequence;
  }

  #add(row: QueuedEntry): void {
    const span = this.spans.at(-1);
    const isNext = this.#hash !== undefined && span !== undefined;
    this.#hash = hashAfter(row);
    if (isNext) {
      span.entries.push(row);
      span.hash = this.#hash;
    } else this.spans.push({ entries: [row], hash: this.#hash });
  }

  #note(kind: ChainFaultKind, from: number, to: number): void {
    this.#hash = undefined;
    const last = this.faults.at(-1);
    if (last?.kind === kind && last.to === from - 1) this.faults.splice(-1, 1, { ...last, to });
    else this.faults.push({ writer: this.#writer, from, to, kind });
  }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
