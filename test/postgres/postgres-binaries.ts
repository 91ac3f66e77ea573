import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_FOLDER = '/usr/lib/postgresql';

/** The folder that holds `initdb` and `postgres`; throws where neither PATH nor Debian has them. */
export function postgresFolder(): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...debianFolders()];
  const found = folders.find((folder) => isThere(folder, 'initdb') && isThere(folder, 'postgres'));
  if (found !== undefined) return found;
  throw new Error(
    'these tests start a PostgreSQL server: install one (Debian package "postgresql-15"), or put ' +
      'the folder of initdb and postgres on the PATH',
  );
}

/**
 * A program of PostgreSQL, such as `pg_dump`: beside the server, else of Debian. Throws where
 * neither has it.
 */
export function postgresProgram(name: string): string {
  const folder = [postgresFolder(), ...debianFolders()].find((one) => isThere(one, name));
  if (folder !== undefined) return join(folder, name);
  throw new Error(`there is no ${name}: install Debian's package "postgresql-client-15"`);
}

/** Those of Debian's PostgreSQL, the newest first. */
export function debianFolders(): readonly string[] {
  try {
    return readdirSync(DEBIAN_FOLDER)
      .toSorted((left, right) => Number(right) - Number(left))
      .map((version) => join(DEBIAN_FOLDER, version, 'bin'));
  } catch {
    return [];
  }
}

function isThere(folder: string, program: string): boolean {
  try {
    accessSync(join(folder, program), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
