import type { SecretData } from './secret.js';
import { sortedEntries } from './value-map.js';

const LF = 0x0a;
const pemStart = '-----BEGIN ';

/**
 * Returns a sentence for each value that is a single line ended by LF and not PEM. Usually an
 * `echo` should have been a `printf`. Names the key; fit for a `Warning` header.
 */
export function lineEndWarnings(data: SecretData): string[] {
  return sortedEntries(data)
    .filter(([, value]) => isLineWithEnd(value.reveal()))
    .map(([key]) => `the value of ${key} ends in a line feed; echo adds one, printf does not`);
}

function isLineWithEnd(bytes: Buffer): boolean {
  if (bytes.length === 0 || bytes.indexOf(LF) !== bytes.length - 1) return false;
  return !bytes.subarray(0, pemStart.length).equals(Buffer.from(pemStart));
}
