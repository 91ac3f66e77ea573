import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DRAFT_PREFIX } from './old-drafts.js';

/** Where a file is, and who may do what with it. */
export interface FilePlace {
  readonly path: string;
  /** Permissions, as chmod(2) takes them. */
  readonly mode: number;
  /** Ids; those of this process if undefined. */
  readonly owner?: number | undefined;
  readonly group?: number | undefined;
}

/**
 * Replaces a file in one step: readers see the former content or the whole new one, which is on
 * disk. It is synchronous, so that a signal leaves no part of it. A write that fails leaves no
 * draft. Throws errors of the system.
 */
export function replaceFile({ path, mode, owner, group }: FilePlace, content: Uint8Array): void {
  // Of a random name: another process may write the same file.
  const draft = join(dirname(path), `${DRAFT_PREFIX}${randomUUID()}`);
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    if (owner !== undefined || group !== undefined) {
      const { uid, gid } = fstatSync(descriptor);
      fchownSync(descriptor, owner ?? uid, group ?? gid);
    }
    fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
