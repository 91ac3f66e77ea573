import { Buffer } from 'node:buffer';
import { type SallyportError, badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { type ServiceAccountName, serviceAccountNamed } from '../../core/principal.js';
import type { StoredIdentity } from '../../tokens/domain/stored-identity.js';

/** User to act as, as requested. Nothing is decided: it may be any user. */
export type ImpersonationRequest =
  /** The uid is `''` if none is named. */
  | Extract<StoredIdentity, { kind: 'user' }>
  | ({ readonly kind: 'serviceAccount' } & ServiceAccountName);

interface NamedParts {
  readonly usernames: string[];
  readonly uids: string[];
  readonly groups: string[];
  readonly extras: (readonly [key: string, value: string])[];
}

const EXTRA_PREFIX = 'impersonate-extra-';
// A comma: on the way here somebody may have made one header of several.
// oxlint-disable-next-line no-control-regex
const UNFIT = /[,\u0000-\u001f\u007f-\u009f]/;

/**
 * Parses the `Impersonate-` headers of `kubectl --as` from alternating names and values; undefined
 * if there are none. Throws BadRequest for ambiguous headers: another spelling, a second user or
 * uid, commas, controls, or bytes that are not UTF-8. Also throws it for parts of an identity
 * without a user or with a ServiceAccount, and for more parts than `limits` allow.
 * https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
 */
export function readImpersonation(rawHeaders: readonly string[]): ImpersonationRequest | undefined {
  const parts: NamedParts = { usernames: [], uids: [], groups: [], extras: [] };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (name.startsWith('impersonate')) take(parts, name, textOf(rawHeaders[index + 1] ?? ''));
  }
  const { usernames, uids, groups, extras } = parts;
  const [username] = usernames;
  if (username === undefined) {
    if (uids.length + groups.length + extras.length === 0) return undefined;
    throw badRequest('--as-uid, --as-group and --as-user-extra need --as');
  }
  refuseTooMany(parts);
  const account = serviceAccountNamed(username);
  return account === undefined ? userOf(username, parts) : serviceAccountOf(account, parts);
}

function take(parts: NamedParts, name: string, value: string): void {
  if (name === 'impersonate-user') parts.usernames.push(value);
  else if (name === 'impersonate-uid') parts.uids.push(value);
  else if (name === 'impersonate-group') parts.groups.push(value);
  else if (name.startsWith(EXTRA_PREFIX)) parts.extras.push([extraKeyOf(name), value]);
  else throw badRequest('there is an Impersonate header that is not one of Kubernetes');
}

/** Decodes UTF-8 of clients, which Node reads as Latin-1. */
function textOf(value: string): string {
  if (value === '') throw unfit('is empty');
  let text: string;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    text = decoder.decode(Buffer.from(value, 'latin1'));
  } catch {
    throw unfit('is not UTF-8');
  }
  if (UNFIT.test(text)) throw unfit('has a comma or a control character');
  return text;
}

/** Returns the key in lower case, as the API server does: header names come in any case. */
function extraKeyOf(name: string): string {
  let key: string;
  try {
    key = decodeURIComponent(name.slice(EXTRA_PREFIX.length));
  } catch {
    throw unfit('is named by a key that is not percent-encoded UTF-8');
  }
  if (key === '') throw unfit('is named by no key');
  return key;
}

function refuseTooMany({ usernames, uids, groups, extras }: NamedParts): void {
  if (usernames.length > 1) throw badRequest('header impersonate-user is given more than once');
  if (uids.length > 1) throw badRequest('header impersonate-uid is given more than once');
  const max = limits.identityGroupsMax;
  if (groups.length > max) throw badRequest(`at most ${max} groups can be impersonated`);
  if (extras.length > max) throw badRequest(`at most ${max} extras can be impersonated`);
}

function userOf(username: string, { uids, groups, extras }: NamedParts): ImpersonationRequest {
  const extra = new Map<string, string[]>();
  for (const [key, value] of extras) extra.set(key, [...(extra.get(key) ?? []), value]);
  const [uid = ''] = uids;
  return { kind: 'user', username, uid, groups, extra: Object.fromEntries(extra) };
}

function serviceAccountOf(
  account: ServiceAccountName,
  { uids, groups, extras }: NamedParts,
): ImpersonationRequest {
  if (uids.length + groups.length + extras.length > 0) {
    throw badRequest('a ServiceAccount is impersonated by --as alone: its groups are its own');
  }
  return { kind: 'serviceAccount', ...account };
}

function unfit(what: string): SallyportError {
  return badRequest(`an Impersonate header ${what}`);
}
