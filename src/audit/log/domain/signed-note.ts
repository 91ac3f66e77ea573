import { Buffer } from 'node:buffer';
import { type NoteSigner, type NoteVerifier, fromBase64 } from './note-key.js';

export interface NoteSignature {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** Text with its claimed signers; nothing is verified yet. */
export interface Note {
  /** With its last line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const NOTE_CHARACTERS_MAX = 64 * 1024;
const SIGNATURES_MAX = 64;
const KEY_ID_BYTES = 4;
const SIGNATURE = /^— ([^\s+]+) (\S+)$/u;
/** Signature lines at the beginning of a block. */
const SIGNATURES = /^(?:— [^\n]*(?:\n|$))+/u;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** Returns the signed text. Throws RangeError for a text that is invalid in a note. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) throw new RangeError('a note ends in a line feed and has no controls');
  const lines = signers.map((signer) => {
    const { name, keyId } = signer.verifier;
    const bytes = Buffer.concat([Buffer.from(keyId, 'hex'), signer.sign(text)]);
    return `— ${name} ${bytes.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** Parses a note; undefined if it is invalid. https://c2sp.org/signed-note#format */
export function parseNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n');
  if (note.length > NOTE_CHARACTERS_MAX || end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split('\n');
  lines.pop();
  const signatures = lines.map(parseSignature);
  const isWhole = signatures.length > 0 && signatures.length <= SIGNATURES_MAX;
  if (!isNoteText(text) || !isWhole) return undefined;
  const known = signatures.filter((signature) => signature !== undefined);
  return known.length === signatures.length ? { text, signatures: known } : undefined;
}

/**
 * Returns the text of a note and its valid signers. Undefined if no known key has a valid
 * signature, or if a known key has an invalid one; signatures of unknown keys are skipped.
 */
export function openNote(
  note: string,
  verifiers: readonly NoteVerifier[],
): { readonly text: string; readonly by: readonly NoteVerifier[] } | undefined {
  const parsed = parseNote(note);
  if (parsed === undefined) return undefined;
  const by: NoteVerifier[] = [];
  for (const { name, keyId, signature } of parsed.signatures) {
    const verifier = verifiers.find((one) => one.name === name && one.keyId === keyId);
    if (verifier === undefined) continue;
    if (!verifier.verify(parsed.text, signature)) return undefined;
    by.push(verifier);
  }
  return by.length > 0 ? { text: parsed.text, by } : undefined;
}

/** Returns the notes in a text that contains several, with or without empty lines between them. */
export function splitNotes(text: string): readonly string[] {
  const notes: string[] = [];
  let before = '';
  for (const block of text.split(/\n\n+/)) {
    const [signatures = ''] = SIGNATURES.exec(block) ?? [];
    if (signatures !== '' && before !== '') notes.push(`${before}\n\n${signatures.trimEnd()}\n`);
    before = block.slice(signatures.length);
  }
  return notes;
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded = ''] = SIGNATURE.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return {
    name,
    keyId: bytes.subarray(0, KEY_ID_BYTES).toString('hex'),
    signature: bytes.subarray(KEY_ID_BYTES),
  };
}

function isNoteText(text: string): boolean {
  return text.endsWith('\n') && !CONTROL.test(text) && text.isWellFormed();
}
