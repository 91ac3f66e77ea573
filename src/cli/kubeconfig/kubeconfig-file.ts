import { closeSync, existsSync, mkdirSync, openSync, realpathSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { readBoundedFile } from '../../platform/storage/bounded-file.js';
import { UsageError } from '../command.js';
import { removeOldDrafts } from '../files/old-drafts.js';
import { writePrivateFile } from '../files/private-file.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { codeOf } from '../output/system-error.js';
import { withoutSignals } from '../signals/without-signals.js';
import type { Terminal } from '../terminal.js';

/** Longest kubeconfig, in bytes. */
export const KUBECONFIG_BYTES_MAX = 4 * 1024 * 1024;

/** Returns the files that kubectl reads, in its order. */
export function kubeconfigPaths({
  env,
  homeFolder,
}: Pick<Terminal, 'env' | 'homeFolder'>): readonly string[] {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return named.length > 0 ? named : [join(homeFolder, '.kube', 'config')];
}

/** Returns the file in which kubectl creates entries: the first that exists, or the last. */
export function changedPath(paths: readonly string[]): string {
  return paths.find((path) => existsSync(path)) ?? paths.at(-1) ?? '';
}

/**
 * Replaces a kubeconfig by what is made of its text, in one step; the user alone can read it. Its
 * lock is that of kubectl. Throws UsageError and CommandFailure.
 */
export async function changeKubeconfig(
  path: string,
  change: (text: string) => string,
): Promise<void> {
  // A link stays one.
  const target = existsSync(path) ? realpathSync(path) : path;
  // A signal would leave the lock, for which kubectl does not wait.
  await withoutSignals(async () => {
    const unlock = lock(target);
    try {
      removeOldDrafts(dirname(target));
      await writePrivateFile(target, changed(target, change));
    } finally {
      unlock();
    }
  });
}

function changed(path: string, change: (text: string) => string): string {
  try {
    return change(readText(path));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${path} cannot be changed: ${error.message}`);
  }
}

function readText(path: string): string {
  if (!existsSync(path)) return '';
  return readBoundedFile(path, { bytesMax: KUBECONFIG_BYTES_MAX }).toString('utf8');
}

/** Creates the lock file of client-go, which never waits for it; returns what removes it. */
function lock(path: string): () => void {
  const file = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const advice = `try again, or remove ${file} if no kubectl runs`;
    throw new CommandFailure(`another program changes ${path}`, exitCodes.conflict, advice);
  }
  return () => rmSync(file, { force: true });
}
