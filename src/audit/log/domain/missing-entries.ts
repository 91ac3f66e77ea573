import { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';
import { acceptanceIn } from './acceptance-record.js';
import type { LogFault } from './log-fault.js';
import type { NoteVerifier } from './note-key.js';
import { ownAnnotations } from './own-annotations.js';

/** Record in an entry about missing entries. */
export interface GoneRecord {
  /** Entries of a smaller index are missing, or were to be pruned. */
  readonly below: number;
  /** They were lost, and an operator has accepted that; else they were pruned. */
  readonly isLoss: boolean;
}

// The end of the annotation's name, which every entry is searched for: it is found sooner.
const MENTION = Buffer.from('pruned-to"');
const INDEX = /^\d{1,16}$/;

/**
 * Returns the record in an entry of our own; undefined if there is none. A key of the log must sign
 * an accepted loss.
 */
export function goneRecordIn(
  entry: Buffer,
  index: number,
  verifiers: readonly NoteVerifier[],
): GoneRecord | undefined {
  if (!entry.includes(MENTION)) return undefined;
  const acceptance = acceptanceIn(entry, index, verifiers);
  if (acceptance?.kind === 'lost-entries') return { below: acceptance.below, isLoss: true };
  const facts = ownAnnotations(entry);
  const below = String(facts[annotation.prunedTo]);
  if (!INDEX.test(below) || facts[annotation.action] !== 'audit.prune') return undefined;
  return { below: Number(below), isLoss: false };
}

/** Returns the sentence for missing first entries without a record. */
export function unrecordedSentence(below: number): string {
  return (
    `the first ${below} entries of the audit log are gone, ` +
    'and no event says that they were pruned'
  );
}

/**
 * Search of the remaining entries for the record of the missing ones. Pruning is recorded before
 * anything is deleted, at a larger index, so the newest such entry remains. An accepted loss is
 * believed if the verifier names the event.
 */
export class MissingEntries {
  readonly #agreed: ReadonlySet<number>;
  #below = 0;
  #isRecorded = true;
  /** Index of the event that accepts the loss. */
  #acceptedBy: number | undefined;

  constructor(agreed: readonly number[]) {
    this.#agreed = new Set(agreed);
  }

  /** Sets the index of the first existing entry. */
  beginAt(first: number): void {
    this.#below = first;
    this.#isRecorded = first === 0;
  }

  entry(index: number, bytes: Buffer, verifiers: readonly NoteVerifier[]): void {
    if (this.#isRecorded) return;
    const record = goneRecordIn(bytes, index, verifiers);
    if (record === undefined || record.below < this.#below) return;
    this.#isRecorded = !record.isLoss;
    if (record.isLoss && !this.#isAgreed) this.#acceptedBy = index;
  }

  /** Returns the fault of a log that was read to its end. */
  get fault(): LogFault | undefined {
    if (this.#isRecorded || this.#isAgreed) return undefined;
    const by = this.#acceptedBy;
    const hint = by === undefined ? '' : `; event ${by} accepts that (--accept-rollback ${by})`;
    return { reason: unrecordedSentence(this.#below) + hint, from: 0, to: this.#below - 1 };
  }

  /** Returns the index of the event by which the loss was accepted, as agreed. */
  get used(): readonly number[] {
    return this.#acceptedBy !== undefined && this.#isAgreed && !this.#isRecorded
      ? [this.#acceptedBy]
      : [];
  }

  get #isAgreed(): boolean {
    return this.#acceptedBy !== undefined && this.#agreed.has(this.#acceptedBy);
  }
}
