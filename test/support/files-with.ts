import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CanaryScanner, Haystack } from './canary.js';

const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Finds files, also those in folders, that have one of some values in any encoding. */
export function filesWith(values: readonly string[], places: readonly string[]): readonly string[] {
  const scanners = values.map((value) => CanaryScanner.forWhole(value));
  return places.flatMap(filesIn).filter((path) => {
    const content = new Haystack(bytesOf(path));
    return scanners.some((scanner) => scanner.find(content).length > 0);
  });
}

/** Returns the paths of all files at a place: itself, or those in it and below. */
function filesIn(place: string): readonly string[] {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return stats?.isFile() ? [place] : [];
  try {
    return readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
  } catch {
    return [];
  }
}

/** Other programs of the machine remove files meanwhile. */
function bytesOf(path: string): Uint8Array {
  const { size } = lstatSync(path, { throwIfNoEntry: false }) ?? {};
  if (size === undefined || size > FILE_BYTES_MAX) return Buffer.alloc(0);
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
