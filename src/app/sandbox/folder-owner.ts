import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { databasePath } from '../../platform/storage/open-database.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import { DataFolder } from './data-folder.js';

/** Reports whether a sandbox has used the folder. */
export function isSandboxFolder(folder: DataFolder): boolean {
  return existsSync(join(folder.sandbox, 'sallyport.lock'));
}

/** Refuses to mix the audit trail of a cluster with a sandbox's. Throws StorageError. */
export function refuseClusterFolder(folder: DataFolder): void {
  if (isSandboxFolder(folder) || !existsSync(databasePath(folder.path))) return;
  throw new StorageError(
    `the data folder ${folder.path} is that of a gateway in front of a cluster: give the sandbox ` +
      'one of its own with SALLYPORT_DATA_DIR',
  );
}

/** Refuses to use the folder of a sandbox for a cluster. Throws StorageError. */
export function refuseSandboxFolder(dataDir: string): void {
  if (!isSandboxFolder(new DataFolder(dataDir))) return;
  throw new StorageError(
    `the data folder ${dataDir} is that of a sandbox: give a gateway in front of a cluster one of ` +
      'its own with SALLYPORT_DATA_DIR',
  );
}
