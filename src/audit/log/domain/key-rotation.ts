import { type NoteSigner, type NoteVerifier, parseVerifierKey } from './note-key.js';
import { openNote, signNote } from './signed-note.js';

/** Key that follows another key in a log. */
export interface KeyRotation {
  readonly next: NoteVerifier;
  /** Number of entries in the log at the time of the statement. */
  readonly treeSize: number;
}

/** First line of the statement, which no checkpoint of a log has. */
const STATEMENT = 'sallyport.dev/log-key-rotation@v1';
const SIZE = /^(0|[1-9]\d{0,15})$/;

/**
 * Signs a note by which the current key names its successor. Its lines are: the statement, the
 * log's name, its size and the next verifier key. https://c2sp.org/signed-note
 */
export function signRotation(
  { vkey, treeSize }: { readonly vkey: string; readonly treeSize: number },
  signer: NoteSigner,
): string {
  const text = `${STATEMENT}\n${signer.verifier.name}\n${treeSize}\n${vkey}\n`;
  return signNote(text, [signer]);
}

/**
 * Returns the content of such a note; undefined if none of these keys signed it for its own log.
 */
export function openRotation(
  note: string,
  verifiers: readonly NoteVerifier[],
): KeyRotation | undefined {
  const opened = openNote(note, verifiers);
  const [statement, origin, digits = '', vkey = '', ...rest] = opened?.text.split('\n') ?? [];
  const next = parseVerifierKey(vkey);
  if (opened === undefined || next === undefined || statement !== STATEMENT) return undefined;
  if (!SIZE.test(digits) || rest.length !== 1 || next.name !== origin) return undefined;
  // A key cannot confirm itself.
  const isVouched = opened.by.some(({ name, vkey: by }) => name === origin && by !== next.vkey);
  return isVouched ? { next, treeSize: Number(digits) } : undefined;
}
