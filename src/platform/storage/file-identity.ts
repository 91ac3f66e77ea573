import { accessSync, constants, statSync } from 'node:fs';

/** Identity of the file at a path: device and inode. */
export type FileIdentity = string;

/** Returns the identity of the file at `path`, or undefined if there is none. */
export function identityOf(path: string): FileIdentity | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.nlink === 0 ? undefined : `${found.dev}:${found.ino}`;
}

/**
 * Throws if the file at `path` may not be written: modes, or a file system remounted read-only
 * (`EROFS`, which `access(2)` reports even to root).
 */
export function checkWritable(path: string): void {
  accessSync(path, constants.R_OK | constants.W_OK);
}
