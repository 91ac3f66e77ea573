import {
  type NoteSigner,
  type NoteVerifier,
  parseSignerKey,
  parseVerifierKey,
} from './note-key.js';

/** Keys of a log: the current signer, and all whose signatures count. */
export interface LogKeys {
  readonly signer: NoteSigner;
  /** Oldest first; the last is the signer's. */
  readonly verifiers: readonly NoteVerifier[];
}

/**
 * Parses a key file: verifier keys of former keys, one a line, and below them the private key in
 * use. Undefined if it is invalid, also if the names differ: a log keeps its name.
 */
export function parseLogKeys(text: string): LogKeys | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const [last = '', ...former] = lines.filter((line) => line !== '').toReversed();
  const signer = parseSignerKey(last);
  if (signer === undefined) return undefined;
  const verifiers = former.toReversed().map(parseVerifierKey);
  const known = verifiers.filter((one) => one?.name === signer.verifier.name) as NoteVerifier[];
  if (known.length < verifiers.length) return undefined;
  return { signer, verifiers: [...known, signer.verifier] };
}

/** Returns the text of a key file; `former` oldest first. */
export function formatLogKeys(former: readonly NoteVerifier[], signerKey: string): string {
  return [...former.map(({ vkey }) => vkey), signerKey, ''].join('\n');
}
