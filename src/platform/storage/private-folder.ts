import { lstatSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StorageError } from './storage-error.js';

/** Part of a path, from the root on, without following links. */
export interface PathPart {
  readonly path: string;
  readonly kind: 'folder' | 'link' | 'other';
  readonly uid: number;
  /** Permission bits. */
  readonly mode: number;
}

const [GROUP_WRITES, OTHERS_WRITE, STICKY] = [0o020, 0o002, 0o1000];
const ROOT = 0;

/**
 * Returns why another user could change the contents of a folder, in words that follow its name;
 * undefined if only this user and root can. No other user may create files in the folder itself, or
 * SQLite may use one of them: a sticky bit does not prevent that. In parent folders a sticky bit
 * suffices: it prevents moving files of other owners. `folder` is undefined if it does not exist
 * yet.
 */
export function folderProblem(
  { folder, above }: { readonly folder: PathPart | undefined; readonly above: readonly PathPart[] },
  uid: number,
): string | undefined {
  const own = folder === undefined ? undefined : partProblem(folder, uid, false);
  for (const part of above) {
    const isSpared = (part.mode & STICKY) !== 0 || isSharedByRoot(part);
    const problem = partProblem(part, uid, isSpared);
    if (problem !== undefined) return `lies below ${part.path}, which ${problem}`;
  }
  return own;
}

function partProblem(
  { path, kind, uid: owner, mode }: PathPart,
  uid: number,
  isSpared: boolean,
): string | undefined {
  if (kind === 'link') return 'is a symbolic link: name the folder that it leads to';
  if (kind === 'other') return 'is no folder';
  if (owner !== uid && owner !== ROOT) return `belongs to another user (uid ${owner})`;
  const isOpen = (mode & (GROUP_WRITES | OTHERS_WRITE)) !== 0;
  return isOpen && !isSpared ? `may be written by others: chmod go-w ${path}` : undefined;
}

/** Reports whether root owns it and others cannot write: root shares volumes on purpose. */
function isSharedByRoot({ uid, mode }: PathPart): boolean {
  return uid === ROOT && (mode & OTHERS_WRITE) === 0;
}

/**
 * Refuses a folder in which, or in whose path, another user could place a file: readers of the
 * folder would trust that user. Throws StorageError.
 */
export function requirePrivateFolder(folder: string): void {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const path = resolve(folder);
  const parts = { folder: partOf(path), above: partsAbove(path) };
  const problem = folderProblem(parts, uid);
  if (problem !== undefined) throw new StorageError(`the folder ${folder} ${problem}`);
}

/** Returns the existing parents, from the root on; links owned by root are followed. */
function partsAbove(path: string): readonly PathPart[] {
  const parent = dirname(path);
  if (parent === path) return [];
  const part = partOf(parent);
  if (part === undefined) return partsAbove(parent);
  if (part.kind !== 'link' || part.uid !== ROOT) return [...partsAbove(parent), part];
  const target = realpathSync(parent);
  const found = partOf(target);
  return [...partsAbove(target), ...(found === undefined ? [] : [found])];
}

function partOf(path: string): PathPart | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const kind = found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'folder' : 'other';
  return { path, kind, uid: found.uid, mode: found.mode & 0o7777 };
}
