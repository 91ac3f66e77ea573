import { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';
import { acceptanceIn } from './acceptance-record.js';
import type { LogFault } from './log-fault.js';
import type { NoteVerifier } from './note-key.js';
import { ownAnnotations } from './own-annotations.js';

/** What an entry says of those that are gone. */
export interface GoneRecord {
  /** Entries of a smaller index are gone, or were to go. */
  readonly below: number;
  /** They were lost, and an operator has accepted that; else they were pruned. */
  readonly isLoss: boolean;
}

// The end of the annotation's name, which is looked for in every entry: it is found sooner.
const MENTION = Buffer.from('pruned-to"');
const INDEX = /^\d{1,16}$/;

/**
 * The record in an entry of our own; undefined where it is none. That a loss was accepted has to be
 * signed by a key of the log.
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

/** What is said where no entry tells why the first ones are gone. */
export function unrecordedSentence(below: number): string {
  return (
    `the first ${below} entries of the audit log are gone, ` +
    'and no event says that they were pruned'
  );
}

/**
 * Looks in the entries that are left for the one that tells why others are gone: pruning is written
 * down before anything goes, at a larger index than what goes, so the newest such entry stays. That
 * a loss was accepted is believed where the verifier names the event.
 */
export class MissingEntries {
  readonly #agreed: ReadonlySet<number>;
  #below = 0;
  #isRecorded = true;
  /** Of the event that accepts the loss. */
  #acceptedBy: number | undefined;

  constructor(agreed: readonly number[]) {
    this.#agreed = new Set(agreed);
  }

  /** The first entry that is there has this index. */
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

  /** Of a log that was read to its end. */
  get fault(): LogFault | undefined {
    if (this.#isRecorded || this.#isAgreed) return undefined;
    const by = this.#acceptedBy;
    const hint = by === undefined ? '' : `; event ${by} accepts that (--accept-rollback ${by})`;
    return { reason: unrecordedSentence(this.#below) + hint, from: 0, to: this.#below - 1 };
  }

  /** Index of the event by which the loss was accepted, as agreed. */
  get used(): readonly number[] {
    return this.#acceptedBy !== undefined && this.#isAgreed && !this.#isRecorded
      ? [this.#acceptedBy]
      : [];
  }

  get #isAgreed(): boolean {
    return this.#acceptedBy !== undefined && this.#agreed.has(this.#acceptedBy);
  }
}
