import { statfsSync } from 'node:fs';
import { StorageError } from './storage-error.js';

/**
 * Throws where the file system of `path` has less room than this. A write that adds nothing fits
 * into pages that are there already, so it proves nothing on a full disk.
 */
export function checkFreeSpace(path: string, bytesMin: number): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < bytesMin) {
    throw new StorageError(`the disk of ${path} is full: fewer than ${bytesMin} bytes are left`);
  }
}

/** The same of a share of the whole file system, between these bounds. */
export function checkFreeShare(
  path: string,
  wish: { readonly share: number; readonly bytesMin: number; readonly bytesMax: number },
): void {
  const { blocks, bsize } = statfsSync(path);
  const bytes = Math.round(blocks * bsize * wish.share);
  checkFreeSpace(path, Math.min(wish.bytesMax, Math.max(wish.bytesMin, bytes)));
}
