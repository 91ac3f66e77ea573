import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';

/**
 * A file (0600) beside `path`, whole and on disk, to be linked or moved there: a crash leaves what
 * was before or all of it. Returns its path; one that this process left behind is replaced.
 */
export function writePrivateDraft(path: string, content: Uint8Array): string {
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return draft;
}
