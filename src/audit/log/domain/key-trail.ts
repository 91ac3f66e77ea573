import type { Buffer } from 'node:buffer';
import { limits } from '../../../core/limits.js';
import { announcementIn, isVouchedFor } from './announced-key.js';
import { type AcceptanceRecord, acceptanceIn } from './acceptance-record.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import type { NoteVerifier } from './note-key.js';

/** Unconfirmed announcements that are named; further ones are skipped. */
const NAMED_MAX = 8;

/** Trusted keys of a log: the initial keys, and the keys that these confirm. */
export class KeyTrail {
  #trusted: readonly NoteVerifier[];
  #listed: readonly NoteVerifier[] = [];
  /** Confirmed in entries that no trusted key has signed yet. */
  #announced: NoteVerifier[] = [];
  readonly #unvouched: number[] = [];

  constructor(trusted: readonly NoteVerifier[]) {
    this.#trusted = trusted;
  }

  /** Lists keys that the export names: their signatures are recognized, but not trusted. */
  list(keys: readonly NoteVerifier[]): void {
    this.#listed = keys;
  }

  /** Reads the next entry of the log, which may announce a key. */
  entry(index: number, bytes: Buffer): void {
    const announcement = announcementIn(bytes, index);
    if (announcement === undefined) return;
    if (isVouchedFor(announcement, this.#trusted)) this.#announce(announcement.key);
    else if (!isVouchedFor(announcement, this.#listed)) this.#wonder(index);
  }

  /** Returns an entry's acceptance, if a trusted key signed it; undefined if there is none. */
  acceptance(index: number, bytes: Buffer): AcceptanceRecord | undefined {
    const record = acceptanceIn(bytes, index, this.#trusted);
    if (record?.kind !== 'foreign') return record;
    // A former key of the log that is not trusted may have signed it.
    const listed = acceptanceIn(bytes, index, this.#listed);
    return listed?.kind === 'foreign' ? record : undefined;
  }

  /** Returns the trusted keys. */
  get trusted(): readonly NoteVerifier[] {
    return this.#trusted;
  }

  /** Returns the checkpoint in a note, and whether a trusted key has signed it. */
  open(note: string): { readonly checkpoint: Checkpoint; readonly isTrusted: boolean } | undefined {
    const trusted = openCheckpoint(note, this.#trusted);
    const checkpoint = trusted ?? openCheckpoint(note, this.#listed);
    return checkpoint && { checkpoint, isTrusted: trusted !== undefined };
  }

  /** Trusts the announced keys, because a trusted key has signed the log up to here. */
  confirm(): void {
    if (this.#announced.length === 0) return;
    this.#trusted = [...this.#trusted, ...this.#announced];
    this.#announced = [];
  }

  /** Returns indexes of events that announce a key that none of the log's keys confirms. */
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
