import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { newVersion, type VersionWish } from '../../unit/versions/domain/version.builder.js';

const KEY_BYTES = 60;
/** Few enough to find a copy of which most is overwritten, too many to be there by chance. */
const PIECE_BYTES = 8;

/** A version whose bytes are in no other one. */
export function sealed(version: number, bytes: number, wish: VersionWish = {}): NewVersion {
  const payload = { wrappedKey: wrappedKey(), ciphertext: randomBytes(bytes) };
  return newVersion(version, { ...wish, payload });
}

export function wrappedKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

/** All that lies in the files of a database, as one text of a character for each byte. */
export function filesText(path: string): string {
  const paths = [path, `${path}-wal`];
  return paths.map((one) => (existsSync(one) ? readFileSync(one, 'latin1') : '')).join('\n');
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** How many places of the files hold a piece of one of these wrapped keys. */
export function piecesLeft(path: string, keys: Iterable<Uint8Array>): number {
  const wanted = new Set<string>();
  for (const key of keys) {
    const text = textOf(key);
    for (let at = 0; at + PIECE_BYTES <= text.length; at += 1) wanted.add(pieceAt(text, at));
  }
  const text = filesText(path);
  let found = 0;
  for (let at = 0; at + PIECE_BYTES <= text.length; at += 1) {
    if (wanted.has(pieceAt(text, at))) found += 1;
  }
  return found;
}

/** In how many places of the files each of these lies, in their order. */
export function copiesOf(path: string, keys: Iterable<Uint8Array>): readonly number[] {
  const text = filesText(path);
  return [...keys].map((key) => text.split(textOf(key)).length - 1);
}

function pieceAt(text: string, at: number): string {
  return text.slice(at, at + PIECE_BYTES);
}
