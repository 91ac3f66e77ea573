import { lstatSync, readFileSync, type Stats } from 'node:fs';
import type { SecretValue } from '../../core/secret-value.js';
import type { FilePlace } from '../files/replace-file.js';
import { codeOf } from '../output/system-error.js';

const PERMISSIONS = 0o7777;

/** Difference between a file and what it is to be. */
export type FileDifference = 'none' | 'absent' | 'other';

/** Compares a file with its content, its permissions and its owner. Throws errors of the system. */
export function fileDifference(file: FilePlace, content: SecretValue): FileDifference {
  const { path, mode, owner, group } = file;
  const found = statsOf(path);
  if (found === undefined) return 'absent';
  const isSame =
    found.isFile() &&
    (found.mode & PERMISSIONS) === mode &&
    (owner === undefined || found.uid === owner) &&
    (group === undefined || found.gid === group) &&
    found.size === content.sizeBytes &&
    readFileSync(path).equals(content.reveal());
  return isSame ? 'none' : 'other';
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
