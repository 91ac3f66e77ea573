import { readFileSync } from 'node:fs';

/** Failure to use a file that a setting names; the message is half a sentence that names it. */
export class SettingFileError extends Error {
  override readonly name = 'SettingFileError';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};

/** Reads its text; throws SettingFileError. */
export function readSettingFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown', message } = error as NodeJS.ErrnoException;
    throw new SettingFileError(`the file ${path} ${reasons[code] ?? `cannot be read: ${message}`}`);
  }
}
