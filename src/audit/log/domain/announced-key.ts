import { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';
import { type NoteVerifier, parseVerifierKey } from './note-key.js';

const MENTION = Buffer.from(`"${annotation.logKey}"`);

/** The next key of the log, where an entry is our own event of its rotation. */
export function announcedKey(entry: Buffer): NoteVerifier | undefined {
  if (!entry.includes(MENTION)) return undefined;
  const facts = annotationsOf(entry);
  // What the cluster reports may say anything; it is marked as such when it is taken in.
  if (facts[annotation.source] !== undefined) return undefined;
  if (facts[annotation.action] !== 'keys.rotate') return undefined;
  return parseVerifierKey(String(facts[annotation.logKey]));
}

function annotationsOf(entry: Buffer): Readonly<Record<string, unknown>> {
  try {
    const event = JSON.parse(entry.toString('utf8')) as { readonly annotations?: unknown };
    const { annotations } = event;
    if (typeof annotations !== 'object' || annotations === null) return {};
    return { ...annotations };
  } catch {
    return {};
  }
}
