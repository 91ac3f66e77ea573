import { StorageError } from '../storage-error.js';

/** How a server is named in logs and errors: never with what is needed to get in. */
export function serverName(url: string): string {
  const { hostname, port, pathname, searchParams } = parseServerUrl(url);
  const host = searchParams.get('host') ?? (hostname || 'localhost');
  return `postgres://${host}${port === '' ? '' : `:${port}`}${pathname}`;
}

/** The password in the URL, decoded; empty where there is none. */
export function serverPassword(url: string): string {
  const { password, searchParams } = parseServerUrl(url);
  return searchParams.get('password') ?? decodeURIComponent(password);
}

/** Throws StorageError, whose message repeats nothing of a URL that is none. */
export function parseServerUrl(url: string): URL {
  // A text with a mistake in it may be a password in the wrong place.
  if (isServerUrl(url)) return new URL(url);
  throw new StorageError('the address of the database is no postgres:// URL');
}

/** Whether a text is the address of a PostgreSQL server. */
export function isServerUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}
