import {
  type NoteSigner,
  generateSignerKey,
  parseSignerKey,
} from '../../../../../src/audit/log/domain/note-key.js';

/** A new key for the log of that name. */
export function newSigner(name = 'log.example'): NoteSigner {
  const signer = parseSignerKey(generateSignerKey(name));
  if (signer === undefined) throw new Error('no key was made');
  return signer;
}
