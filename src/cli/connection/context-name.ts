import { UsageError } from '../command.js';

/** Longest name of a file, in bytes. POSIX, NAME_MAX. */
const FILE_NAME_BYTES_MAX = 255;

/** Returns the name of a new context. Throws UsageError for a name that a context cannot have. */
export function checkedContextName(name: string): string {
  if (name === '') throw new UsageError('the name of a context is empty: use another name');
  if (name === '.' || name === '..') {
    throw new UsageError(`a context cannot have the name ${name}: use another name`);
  }
  if (/\p{Cc}/u.test(name)) {
    throw new UsageError('the name of a context has control characters: use another name');
  }
  if (fileNameOf(name).length > FILE_NAME_BYTES_MAX) {
    throw new UsageError('the name of the context is too long: use another name');
  }
  return name;
}

/** Returns the name of files of a context. It is never a path, even for a context of an editor. */
export function fileNameOf(context: string): string {
  return encodeURIComponent(context).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
}
