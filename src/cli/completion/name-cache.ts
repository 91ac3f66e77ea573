import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBoundedFile } from '../../platform/storage/bounded-file.js';
import { writePrivateFile } from '../files/private-file.js';
import type { Terminal } from '../terminal.js';

const TTL_MS = 30_000;
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** Returns names from the user's cache, or from the gateway, which are then cached. */
export async function cachedNames(
  { env, homeFolder }: Pick<Terminal, 'env' | 'homeFolder'>,
  facts: readonly string[],
  read: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const folder = env['XDG_CACHE_HOME'] || join(homeFolder, '.cache');
  const hash = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  const path = join(folder, 'sallyport', `names-${hash.slice(0, 32)}`);
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && isFresh(found)) {
    const text = readBoundedFile(path, { bytesMax: FILE_BYTES_MAX }).toString('utf8');
    return text.split('\n').filter((name) => name !== '');
  }
  const names = await read();
  await removeExpired(join(folder, 'sallyport')).catch(() => undefined);
  await writePrivateFile(path, names.map((name) => `${name}\n`).join('')).catch(() => undefined);
  return names;
}

function isFresh({ mtimeMs }: { readonly mtimeMs: number }): boolean {
  const ageMs = Date.now() - mtimeMs;
  return ageMs >= 0 && ageMs < TTL_MS;
}

/** Bounds the number of files: each place has one. */
async function removeExpired(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.startsWith('names-') && !isFresh(await stat(path))) await rm(path, { force: true });
  }
}
