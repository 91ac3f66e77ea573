import { statfsSync } from 'node:fs';
import { StorageError } from './storage-error.js';

/**
 * Throws if the file system of `path` has less free space than this. A write that adds nothing fits
 * into existing pages, so it proves nothing on a full disk.
 */
export function checkFreeSpace(path: string, bytesMin: number): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < bytesMin) {
    throw new StorageError(`the disk of ${path} is full: fewer than ${bytesMin} bytes are left`);
  }
}

/** Share of a whole file system, between these limits. */
export interface FreeShare {
  readonly share: number;
  readonly bytesMin: number;
  readonly bytesMax: number;
}

/** Throws if less than a share of the whole file system is free. */
export function checkFreeShare(path: string, wish: FreeShare): void {
  const { blocks, bsize } = statfsSync(path);
  checkFreeSpace(path, bytesOf(wish, blocks * bsize));
}

/** Reports whether a file system of this size has less free space than this share. */
export function isBelowShare(
  { sizeBytes, freeBytes }: { readonly sizeBytes: number; readonly freeBytes: number },
  wish: FreeShare,
): boolean {
  return freeBytes < bytesOf(wish, sizeBytes);
}

/** Returns the size and the free space of the file system of `path`. Throws if there is none. */
export function spaceOf(path: string): { readonly sizeBytes: number; readonly freeBytes: number } {
  const { blocks, bavail, bsize } = statfsSync(path);
  return { sizeBytes: blocks * bsize, freeBytes: bavail * bsize };
}

function bytesOf({ share, bytesMin, bytesMax }: FreeShare, sizeBytes: number): number {
  return Math.min(bytesMax, Math.max(bytesMin, Math.round(sizeBytes * share)));
}
