import { existsSync, lstatSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirLock } from '../../platform/storage/data-dir-lock.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import { DataFolder, userNames } from './data-folder.js';
import { isSandboxFolder } from './folder-owner.js';

const DATABASE_FILE = /^(sallyport|audit-search)\.db(-wal|-shm|-journal)?$/;
const OBJECTS_FILE = /^objects\.db(-wal|-shm|-journal)?$/;
const keyFiles = ['ca.pem', 'ca.crt', 'apiserver.pem', 'admin.pem', 'sa.key'];
/** The key of the audit log, and its anchored checkpoints. */
const auditFiles = ['log.key', 'checkpoints'];
/** Draft of a file, which a crash leaves in the folder. */
const DRAFT_FILE = /^[a-z.-]+\.[0-9a-f-]{36}\.tmp$/;

/**
 * Removes the state of a sandbox and its gateway by file name, so that all other files stay. Throws
 * StorageError if the folder does not belong to a sandbox, or is in use.
 */
export function resetDataFolder(folder: DataFolder): void {
  if (!existsSync(folder.path) || readdirSync(folder.path).length === 0) return;
  if (!isSandboxFolder(folder)) {
    throw new StorageError(
      `${folder.path} is not the data folder of a sandbox: nothing is removed`,
    );
  }
  const locks: DataDirLock[] = [];
  try {
    for (const path of [folder.sandbox, folder.path]) {
      locks.push(DataDirLock.take(path, folder.path));
    }
    removeFiles(folder);
  } finally {
    for (const lock of locks) lock.release();
  }
}

function removeFiles(folder: DataFolder): void {
  const { authority, server } = folder;
  const keys = join(folder.sandbox, 'keys');
  const audit = join(folder.path, 'audit');
  const folders = [folder.tokens, folder.headers, folder.tls, keys, audit];
  refuseLinks([folder.sandbox, ...folders]);
  const files = [
    ...userNames.flatMap((user) => [folder.token(user), folder.header(user)]),
    ...[authority, server].flatMap(({ cert, key }) => [cert, key]),
    folder.kubeconfig,
    folder.sandboxKubeconfig,
    join(folder.path, 'idempotency.key'),
    ...auditFiles.map((name) => join(audit, name)),
    ...named(folder.path, DATABASE_FILE),
    ...named(folder.sandbox, OBJECTS_FILE),
    ...keyFiles.map((name) => join(keys, name)),
    ...[folder.path, ...folders].flatMap((path) => named(path, DRAFT_FILE)),
  ];
  for (const file of files) rmSync(file, { force: true });
  for (const path of folders) removeIfEmpty(path);
}

/** A symbolic link could lead to a folder of another program. */
function refuseLinks(paths: readonly string[]): void {
  for (const path of paths) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue;
    throw new StorageError(
      `${path} is a symbolic link, which is not of our making: nothing is removed; remove it first`,
    );
  }
}

function named(path: string, pattern: RegExp): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => pattern.test(name))
    .map((name) => join(path, name));
}

function removeIfEmpty(path: string): void {
  if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
}
