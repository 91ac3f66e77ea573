import { lstatSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StorageError } from './storage-error.js';

/** A part of a path, from the root on, as it is without following links. */
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
 * Why somebody else could change what lies in a folder, in words that follow its name; undefined
 * where only this user and root can. Nobody else may make files in the folder itself, lest SQLite
 * takes one of them for its own: a sticky bit does not help there. Above it a sticky bit does: it
 * keeps others from moving what is not theirs. `folder` is undefined where it is not there yet.
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

/** Whoever mounts a volume for a group gives it to that group on purpose. */
function isSharedByRoot({ uid, mode }: PathPart): boolean {
  return uid === ROOT && (mode & OTHERS_WRITE) === 0;
}

/**
 * Refuses a folder in which, or in the way of which, somebody else could put a file of theirs: who
 * trusts what is written there would trust them. Throws StorageError.
 */
export function requirePrivateFolder(folder: string): void {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const path = resolve(folder);
  const parts = { folder: partOf(path), above: partsAbove(path) };
  const problem = folderProblem(parts, uid);
  if (problem !== undefined) throw new StorageError(`the folder ${folder} ${problem}`);
}

/** Those that are there, from the root on; links of root's lead on to what they name. */
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
