import { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';
import { openRotation } from './key-rotation.js';
import { type NoteVerifier, parseVerifierKey } from './note-key.js';
import { ownAnnotations } from './own-annotations.js';

/** Content of a rotation event, not verified. */
export interface Announcement {
  /** Index of the entry that contains the event. */
  readonly index: number;
  readonly key: NoteVerifier;
  /** Note by which the previous key confirms it; empty if none does. */
  readonly note: string;
}

// The end of the annotation's name, which every entry is searched for: it is found sooner.
const MENTION = Buffer.from('log-key"');

/** Returns the next key of the log, if an entry is our own event of its rotation. */
export function announcementIn(entry: Buffer, index: number): Announcement | undefined {
  if (!entry.includes(MENTION)) return undefined;
  const facts = ownAnnotations(entry);
  if (facts[annotation.action] !== 'keys.rotate') return undefined;
  const key = parseVerifierKey(String(facts[annotation.logKey]));
  const note = facts[annotation.logKeyNote];
  return key && { index, key, note: typeof note === 'string' ? note : '' };
}

/**
 * Reports whether one of these keys confirms the announced key: a writer of the database can insert
 * a rotation event, but not sign it.
 */
export function isVouchedFor(
  { index, key, note }: Announcement,
  verifiers: readonly NoteVerifier[],
): boolean {
  const rotation = openRotation(note, verifiers);
  return rotation?.next.vkey === key.vkey && rotation.treeSize <= index;
}
