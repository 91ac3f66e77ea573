import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file (0600) next to `path`, complete and on disk, to be linked or moved there. After a
 * crash, the old or the new content is complete. Returns its path; replaces a leftover of this
 * process, and leaves none if the write fails.
 */
export function writePrivateDraft(path: string, content: Uint8Array): string {
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return draft;
}
