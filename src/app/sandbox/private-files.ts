import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { writePrivateDraft } from '../../platform/storage/private-draft.js';

/** Creates a folder that only its owner may enter, or takes the rights of others away. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

/** Replaces a file (0600) whole: after a crash, it has the old or the new text. */
export function writePrivateFile(path: string, text: string): void {
  const draft = writePrivateDraft(path, Buffer.from(text, 'utf8'));
  try {
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
