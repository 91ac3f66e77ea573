import { accessSync, constants, realpathSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns the file that a program is, without links: `vi` is another program on each system.
 * Returns the word itself if there is no such file.
 */
export function programFile(program: string, searchPath: string | undefined): string {
  const folders = (searchPath ?? '').split(':').filter((folder) => folder !== '');
  const candidates = program.includes('/') ? [program] : folders.map((one) => join(one, program));
  for (const candidate of candidates) {
    try {
      accessSync(candidate, constants.X_OK);
      return realpathSync(candidate);
    } catch {
      // The next folder may have the program.
    }
  }
  return program;
}
