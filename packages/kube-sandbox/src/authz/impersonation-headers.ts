import { Buffer } from 'node:buffer';
import { badRequest } from '../model/api-status.js';
import type { UserInfo } from '../model/identity.js';
import { trimCharacters } from '../model/trim-characters.js';
import { goQuote } from './go-quote.js';

const PREFIX = 'impersonate-';
const EXTRA_PREFIX = 'impersonate-extra-';

/**
 * Returns the identity in the impersonation headers, unchanged; undefined without such headers.
 * Throws 400 for parts of an identity without a user name.
 * https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
 */
export function wantedIdentity(rawHeaders: readonly string[]): UserInfo | undefined {
  const headers = pairsOf(rawHeaders);
  const username = firstOf(headers, 'impersonate-user');
  const uid = firstOf(headers, 'impersonate-uid');
  const groups = headers.filter(([name]) => name === 'impersonate-group').map(([, value]) => value);
  const extra = extraOf(headers);
  const wanted = { username, uid, groups, extra: Object.fromEntries(extra) };
  if (username !== '') return wanted;
  if (uid === '' && groups.length === 0 && extra.size === 0) return undefined;
  throw badRequest(`requested ${asGoSyntax(wanted)} without impersonating a user name`);
}

type Header = readonly [name: string, value: string];

/**
 * Returns the impersonation headers, with values as Go's HTTP server reads them: UTF-8 (Node
 * decodes Latin-1), without surrounding blanks.
 */
function pairsOf(rawHeaders: readonly string[]): readonly Header[] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return names.flatMap((name, index) => {
    if (!name.startsWith(PREFIX)) return [];
    const value = Buffer.from(rawHeaders[2 * index + 1] ?? '', 'latin1').toString('utf8');
    return [[name, trimCharacters(value, ' \t\r\n')] as const];
  });
}

function firstOf(headers: readonly Header[], wanted: string): string {
  return headers.find(([name]) => name === wanted)?.[1] ?? '';
}

function extraOf(headers: readonly Header[]): ReadonlyMap<string, readonly string[]> {
  const extra = new Map<string, string[]>();
  for (const [name, value] of headers) {
    if (!name.startsWith(EXTRA_PREFIX)) continue;
    const key = percentDecoded(name.slice(EXTRA_PREFIX.length));
    const values = extra.get(key) ?? [];
    values.push(value);
    extra.set(key, values);
  }
  return extra;
}

/** Leaves malformed escapes unchanged. */
function percentDecoded(text: string): string {
  if (/%(?![0-9a-f]{2})/.test(text)) return text;
  const bytes = text.replace(/%([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Formats an identity as Go's `%#v` does, for the API server's message. */
function asGoSyntax({ username, uid, groups, extra }: UserInfo): string {
  const keys = Object.keys(extra).toSorted();
  const entries = keys.map((key) => `${goQuote(key)}:${texts(extra[key] ?? [])}`);
  const map = entries.length === 0 ? '(nil)' : `{${entries.join(', ')}}`;
  const fields = [
    `Name:${goQuote(username)}`,
    `UID:${goQuote(uid)}`,
    `Groups:${groups.length === 0 ? '[]string(nil)' : texts(groups)}`,
    `Extra:map[string][]string${map}`,
  ];
  return `&user.DefaultInfo{${fields.join(', ')}}`;
}

function texts(values: readonly string[]): string {
  return `[]string{${values.map(goQuote).join(', ')}}`;
}
