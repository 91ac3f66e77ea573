import { StorageError } from '../storage-error.js';

/** Returns the name of a server for logs and errors: never with its credentials. */
export function serverName(url: string): string {
  const { hostname, port, pathname, searchParams } = parseServerUrl(url);
  const host = searchParams.get('host') ?? (hostname || 'localhost');
  return `postgres://${host}${port === '' ? '' : `:${port}`}${pathname}`;
}

/** Returns the password in the URL, decoded; empty if there is none. */
export function serverPassword(url: string): string {
  const { password, searchParams } = parseServerUrl(url);
  return searchParams.get('password') ?? decodeURIComponent(password);
}

/** Parses a URL. Throws StorageError, whose message repeats nothing of an invalid URL. */
export function parseServerUrl(url: string): URL {
  // A malformed text may be a password in the wrong position.
  if (isServerUrl(url)) return new URL(url);
  throw new StorageError('the address of the database is no postgres:// URL');
}

/** Reports whether a text is the address of a PostgreSQL server. */
export function isServerUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}
