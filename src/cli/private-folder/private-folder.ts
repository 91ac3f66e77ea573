import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../output/system-error.js';
import { processMark, removeAbandonedFolders } from './abandoned-folders.js';

export interface PrivateFolder {
  readonly path: string;
  /** Whether the folder is in the memory of the machine. */
  readonly isInMemory: boolean;
}

/** Folders that a private folder can be in. */
export interface PrivatePlaces {
  /** Folders in memory, best first. */
  readonly inMemory: readonly string[];
  readonly onDisk: string;
}

/**
 * Creates a folder that only the user can enter: in memory if possible, otherwise on a disk.
 * Folders that killed processes of this user have left are removed first.
 */
export function createPrivateFolder(
  purpose: 'edit' | 'run',
  { inMemory, onDisk }: PrivatePlaces,
): PrivateFolder {
  const mark = processMark();
  const prefix = `sallyport-${purpose}-${mark === undefined ? '' : `${mark}-`}`;
  for (const parent of [...inMemory, onDisk]) removeAbandonedFolders(parent);
  for (const parent of inMemory) {
    try {
      return { path: mkdtempSync(join(parent, prefix)), isInMemory: true };
    } catch (error) {
      if (!['EACCES', 'EPERM', 'ENOSPC', 'EROFS'].includes(codeOf(error))) throw error;
    }
  }
  return { path: mkdtempSync(join(onDisk, prefix)), isInMemory: false };
}
