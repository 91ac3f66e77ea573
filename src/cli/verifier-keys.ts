import { type NoteVerifier, parseVerifierKey } from '../audit/log/domain/note-key.js';
import { limits } from '../core/limits.js';
import { UsageError } from './command.js';
import { readNamedFile } from './named-file.js';

/** Returns the verifier keys in a file, one a line; throws UsageError for an invalid line. */
export function verifierKeysIn(file: string): readonly NoteVerifier[] {
  const text = readNamedFile(file, limits.auditKeyFileBytesMax);
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '').map(verifierKey);
  if (keys.length === 0) throw new UsageError('there is no verifier key (name+id+base64)');
  return keys;
}

export function verifierKey(text: string): NoteVerifier {
  const key = parseVerifierKey(text);
  // Do not repeat it: it may be a private key by mistake.
  if (key === undefined) throw new UsageError('a verifier key must be given as name+id+base64');
  return key;
}
