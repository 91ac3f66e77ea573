import type { Buffer } from 'node:buffer';
import { limits } from '../../../core/limits.js';
import { announcementIn, isVouchedFor } from './announced-key.js';
import { type AcceptanceRecord, acceptanceIn } from './acceptance-record.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import type { NoteVerifier } from './note-key.js';

/** Strange announcements that are named; the others are passed over. */
const NAMED_MAX = 8;

/** Follows the keys of a log from those that are believed to those that they vouch for. */
export class KeyTrail {
  #trusted: readonly NoteVerifier[];
  #listed: readonly NoteVerifier[] = [];
  /** Vouched for in entries that no believed key has signed yet. */
  #announced: NoteVerifier[] = [];
  readonly #unvouched: number[] = [];

  constructor(trusted: readonly NoteVerifier[]) {
    this.#trusted = trusted;
  }

  /** Keys that the export names: what they sign may be told apart from nonsense, no more. */
  list(keys: readonly NoteVerifier[]): void {
    this.#listed = keys;
  }

  /** The next entry of the log, which may announce a key. */
  entry(index: number, bytes: Buffer): void {
    const announcement = announcementIn(bytes, index);
    if (announcement === undefined) return;
    if (isVouchedFor(announcement, this.#trusted)) this.#announce(announcement.key);
    else if (!isVouchedFor(announcement, this.#listed)) this.#wonder(index);
  }

  /** What an entry accepts, by a key that is believed; undefined where it accepts nothing. */
  acceptance(index: number, bytes: Buffer): AcceptanceRecord | undefined {
    const record = acceptanceIn(bytes, index, this.#trusted);
    if (record?.kind !== 'foreign') return record;
    // A former key of the log may have signed it that is not among those that are believed.
    const listed = acceptanceIn(bytes, index, this.#listed);
    return listed?.kind === 'foreign' ? record : undefined;
  }

  /** Keys that are believed. */
  get trusted(): readonly NoteVerifier[] {
    return this.#trusted;
  }

  /** What a checkpoint's note says, and whether a key that is believed has signed it. */
  open(note: string): { readonly checkpoint: Checkpoint; readonly isTrusted: boolean } | undefined {
    const trusted = openCheckpoint(note, this.#trusted);
    const checkpoint = trusted ?? openCheckpoint(note, this.#listed);
    return checkpoint && { checkpoint, isTrusted: trusted !== undefined };
  }

  /** A key that is believed has signed the log up to here: those announced in it are as well. */
  confirm(): void {
    if (this.#announced.length === 0) return;
    this.#trusted = [...this.#trusted, ...this.#announced];
    this.#announced = [];
  }

  /** Indexes of events that announce a key for which none of the log's keys vouches. */
  get unvouched(): readonly number[] {
    return this.#unvouched;
  }

  #announce(key: NoteVerifier): void {
    const known = [...this.#trusted, ...this.#announced];
    if (known.some(({ vkey }) => vkey === key.vkey)) return;
    if (known.length < limits.auditLogKeysMax) this.#announced.push(key);
  }

  #wonder(index: number): void {
    if (this.#unvouched.length < NAMED_MAX) this.#unvouched.push(index);
  }
}
