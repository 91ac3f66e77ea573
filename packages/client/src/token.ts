import { readFile, stat } from 'node:fs/promises';

/**
 * Returns the token of a request. `isRefused`: the gateway has refused the last one, so that a new
 * one is needed.
 */
export type TokenSource = (facts: { readonly isRefused: boolean }) => string | Promise<string>;

/**
 * Reads a token from a file, such as a projected ServiceAccount token, again whenever the file
 * changes. https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
 */
export function tokenFromFile(path: string): TokenSource {
  let known: { readonly token: string; readonly state: string } | undefined;
  return async ({ isRefused }) => {
    const { mtimeMs, size, ino } = await stat(path);
    const state = `${mtimeMs} ${size} ${ino}`;
    if (!isRefused && known?.state === state) return known.token;
    const token = (await readFile(path, 'utf8')).trim();
    // A file that is being written is read again.
    known = token === '' ? undefined : { token, state };
    return token;
  };
}
