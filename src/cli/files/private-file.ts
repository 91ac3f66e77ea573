import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { withoutSignals } from '../signals/without-signals.js';
import { replaceFile } from './replace-file.js';

/**
 * Replaces a file in one step; the user alone can read it. Its folder is created. A signal takes
 * effect afterwards, so that it leaves no draft.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await withoutSignals(async () => replaceFile({ path, mode: 0o600 }, Buffer.from(text)));
}
