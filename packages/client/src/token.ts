import { readFile, stat } from 'node:fs/promises';

/**
 * Returns the token of a request. `isRefused`: the gateway has refused the last one, so that a new
 * one is needed.
 */
export type TokenSource = (facts: { readonly isRefused: boolean }) => Promise<string>;

/**
 * Reads a token from a file, such as a projected ServiceAccount token, again whenever the file
 * changes. https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
 */
export function tokenFromFile(path: string): TokenSource {
  let known: { readonly token: string; readonly changedMs: number } | undefined;
  return async ({ isRefused }) => {
    const { mtimeMs } = await stat(path);
    if (known === undefined || isRefused || known.changedMs !== mtimeMs) {
      known = { token: (await readFile(path, 'utf8')).trim(), changedMs: mtimeMs };
    }
    return known.token;
  };
}
