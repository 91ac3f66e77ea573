import { type NoteSigner, type NoteVerifier, parseVerifierKey } from './note-key.js';
import { openNote, signNote } from './signed-note.js';

/** A key that follows another one in a log. */
export interface KeyRotation {
  readonly next: NoteVerifier;
  /** How many entries the log had when that was said. */
  readonly treeSize: number;
}

/** Its first line, which no checkpoint of a log has. */
const STATEMENT = 'sallyport.dev/log-key-rotation@v1';
const SIZE = /^(0|[1-9]\d{0,15})$/;

/**
 * The note by which the key in use says which one follows it: in lines, what it is, the log's name,
 * its size and the verifier key that follows. https://c2sp.org/signed-note
 */
export function signRotation(
  { vkey, treeSize }: { readonly vkey: string; readonly treeSize: number },
  signer: NoteSigner,
): string {
  const text = `${STATEMENT}\n${signer.verifier.name}\n${treeSize}\n${vkey}\n`;
  return signNote(text, [signer]);
}

/** What such a note says, where one of these keys has signed it for its own log; else undefined. */
export function openRotation(
  note: string,
  verifiers: readonly NoteVerifier[],
): KeyRotation | undefined {
  const opened = openNote(note, verifiers);
  const [statement, origin, digits = '', vkey = '', ...rest] = opened?.text.split('\n') ?? [];
  const next = parseVerifierKey(vkey);
  if (opened === undefined || next === undefined || statement !== STATEMENT) return undefined;
  if (!SIZE.test(digits) || rest.length !== 1 || next.name !== origin) return undefined;
  // A key does not vouch for itself.
  const isVouched = opened.by.some(({ name, vkey: by }) => name === origin && by !== next.vkey);
  return isVouched ? { next, treeSize: Number(digits) } : undefined;
}
