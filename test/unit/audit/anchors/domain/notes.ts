import { signCheckpoint } from '../../../../../src/audit/log/domain/checkpoint.js';
import { generateSignerKey, parseSignerKey } from '../../../../../src/audit/log/domain/note-key.js';

const signer = parseSignerKey(generateSignerKey('log.example'));

/** The signed note of a checkpoint of `log.example`. */
export function noteOf(size: number, root: Uint8Array = Buffer.alloc(32)): string {
  if (signer === undefined) throw new Error('a key was just made');
  return signCheckpoint({ size, root }, signer);
}
