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

/** A share of a whole file system, between these bounds. */
export interface FreeShare {
  readonly share: number;
  readonly bytesMin: number;
  readonly bytesMax: number;
}

/** The same of a share of the whole file system. */
export function checkFreeShare(path: string, wish: FreeShare): void {
  const { blocks, bsize } = statfsSync(path);
  checkFreeSpace(path, bytesOf(wish, blocks * bsize));
}

/** Whether a file system of this many bytes has less room left than this share of it. */
export function isBelowShare(
  { sizeBytes, freeBytes }: { readonly sizeBytes: number; readonly freeBytes: number },
  wish: FreeShare,
): boolean {
  return freeBytes < bytesOf(wish, sizeBytes);
}

/** The file system of `path`: what it holds, and what is left of it. Throws if there is none. */
export function spaceOf(path: string): { readonly sizeBytes: number; readonly freeBytes: number } {
  const { blocks, bavail, bsize } = statfsSync(path);
  return { sizeBytes: blocks * bsize, freeBytes: bavail * bsize };
}

function bytesOf({ share, bytesMin, bytesMax }: FreeShare, sizeBytes: number): number {
  return Math.min(bytesMax, Math.max(bytesMin, Math.round(sizeBytes * share)));
}
