import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers where the PATH of users does not look. */
const systemFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The path of a program; undefined where neither PATH nor the folders of Debian have one. */
export function programPath(name: string, path: string): string | undefined {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), ...systemFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** The path of a program that a Debian package brings; throws with what to install. */
export function findProgram(
  name: string,
  debianPackage: string,
  path = process.env['PATH'] ?? '',
): string {
  const found = programPath(name, path);
  if (found !== undefined) return found;
  throw new Error(
    `these tests start ${name}: install it (Debian package "${debianPackage}"; where root runs ` +
      '`npm run test:full`, it installs all that is missing), or put its folder on PATH',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
