import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

const ownerOnlyFile = 0o600;
const ownerOnlyFolder = 0o700;
const othersMask = 0o077;

/** Creates the folder if it is missing; restricts it to its owner. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: ownerOnlyFolder });
  await chmod(path, ownerOnlyFolder);
}

/**
 * Resolves to the text, or undefined without the file. Makes a file private that others could read.
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const file = await openExisting(path);
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if ((mode & othersMask) !== 0) await file.chmod(ownerOnlyFile);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Replaces the whole file: after a crash the file has the old text or the new text. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', ownerOnlyFile);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
