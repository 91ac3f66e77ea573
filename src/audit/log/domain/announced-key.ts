import { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';
import { openRotation } from './key-rotation.js';
import { type NoteVerifier, parseVerifierKey } from './note-key.js';
import { ownAnnotations } from './own-annotations.js';

/** What an event of a rotation says; whether that is so is another question. */
export interface Announcement {
  /** Of the entry that it stands in. */
  readonly index: number;
  readonly key: NoteVerifier;
  /** By which the key before vouches for it; empty where none does. */
  readonly note: string;
}

// The end of the annotation's name, which is looked for in every entry: it is found sooner.
const MENTION = Buffer.from('log-key"');

/** The next key of the log, where an entry is our own event of its rotation. */
export function announcementIn(entry: Buffer, index: number): Announcement | undefined {
  if (!entry.includes(MENTION)) return undefined;
  const facts = ownAnnotations(entry);
  if (facts[annotation.action] !== 'keys.rotate') return undefined;
  const key = parseVerifierKey(String(facts[annotation.logKey]));
  const note = facts[annotation.logKeyNote];
  return key && { index, key, note: typeof note === 'string' ? note : '' };
}

/**
 * Whether one of these keys vouches for the announced one: whoever can write a row into the
 * database can write an event of a rotation, but not sign it.
 */
export function isVouchedFor(
  { index, key, note }: Announcement,
  verifiers: readonly NoteVerifier[],
): boolean {
  const rotation = openRotation(note, verifiers);
  return rotation?.next.vkey === key.vkey && rotation.treeSize <= index;
}
