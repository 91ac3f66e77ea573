import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { limits } from '../core/limits.js';
import { KEY_RULE, keyFrom } from './domain/key-bytes.js';
import { EncryptionKeyError } from './key-error.js';

const OTHERS = 0o007;
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};

/** Reads the key in a file that only its owner and group may read; throws EncryptionKeyError. */
export function readKeyFile(id: string, path: string): KeyObject {
  const key = keyFrom(readPrivately(id, path));
  if (key === undefined) throw refusal(id, path, `holds no key: ${KEY_RULE}`);
  return key;
}

function readPrivately(id: string, path: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw refusal(id, path, 'is no regular file');
    if ((found.mode & OTHERS) !== 0) {
      throw refusal(id, path, `is open to every user of the machine: chmod 600 ${path}`);
    }
    const bytes = Buffer.alloc(limits.keyFileBytesMax);
    const length = readSync(descriptor, bytes);
    const content = Buffer.from(bytes.subarray(0, length));
    bytes.fill(0);
    return content;
  } catch (error) {
    if (error instanceof EncryptionKeyError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw refusal(id, path, reasons[code] ?? `cannot be read (${code})`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function refusal(id: string, path: string, reason: string): EncryptionKeyError {
  return new EncryptionKeyError(`the encryption key ${id}: the file ${path} ${reason}`);
}
