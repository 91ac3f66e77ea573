import { Buffer } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

export interface BoundedRead {
  readonly bytesMax: number;
  /** Refuses a file that every user of the machine may read or write. */
  readonly isPrivate?: boolean;
}

/** Refusal to read a file; the message continues from its path. */
export class UnfitFile extends Error {
  override readonly name = 'UnfitFile';
}

const OTHERS = 0o007;

/**
 * Returns the content of a regular file of at most this size; throws UnfitFile for anything else,
 * and as node:fs does if it is unreadable. Does not wait for a pipe.
 */
export function readBoundedFile(
  path: string,
  { bytesMax, isPrivate = false }: BoundedRead,
): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new UnfitFile('is no regular file');
    if (isPrivate && (found.mode & OTHERS) !== 0) {
      throw new UnfitFile(`is open to every user of the machine: chmod 600 ${path}`);
    }
    if (found.size > bytesMax) throw new UnfitFile(`has over ${bytesMax} bytes`);
    return wholeOf(descriptor, found.size);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads at most the original size: another process may append meanwhile. */
function wholeOf(descriptor: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const count = readSync(descriptor, bytes, length, size - length, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
