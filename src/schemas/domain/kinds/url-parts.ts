/** Parts of a connection string in the form of a URL (RFC 3986, section 3). */
export interface UrlParts {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Hosts with their ports: `host`, `host:port` or `[address]:port`. */
  readonly hosts: readonly Host[];
  /** Path with its slash, or nothing. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
}

export interface Host {
  readonly name: string;
  readonly port: string | undefined;
}

// Each part begins with its own character, so that no text is tried twice.
const FORM = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)((?:\/[^?#]*)?)((?:\?[^#]*)?)(#?)/;
const HOST = /^(\[[0-9A-Fa-f:.]+(?:%25[\w.]+)?\]|[^:[\]@\s]*)(?::(\d{1,5}))?$/;
const PARAMETERS_MAX = 100;
const HOSTS_MAX = 50;
const PORT_MAX = 65_535;

/**
 * Returns the parts of a connection string, or what is wrong with its form. Names and values of the
 * query are decoded, user and password too.
 */
export function urlParts(text: string): UrlParts | string {
  if (/[\s\p{Cc}]/u.test(text)) return 'must not have a space or a line end';
  const form = FORM.exec(text);
  if (form === null) return 'must be a URL: scheme://user:password@host/name';
  const [head, scheme = '', authority = '', path = '', query = '', fragment = ''] = form;
  if (authority.split('@').length > 2) return unescaped;
  if (fragment !== '') {
    return text.includes('@', head.length) ? unescaped : 'must not have a # with a text after it';
  }
  if (!isPercentEncoded(text)) return 'has a % that begins no encoding';
  const parts = partsOf({ scheme, authority, path, query });
  // A slash or a question mark in a password ends the authority too early.
  const isCut = !authority.includes('@') && (path + query).includes('@');
  return isCut && parts === wrongHost ? unescaped : parts;
}

const wrongHost = 'has a host or a port that is none';

export const unescaped = 'must have a user and a password with %40 for @, %2F for / and %3A for :';

interface Pieces {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

function partsOf({ scheme, authority, path, query }: Pieces): UrlParts | string {
  const sign = authority.indexOf('@');
  const [user, ...passwords] = sign < 0 ? [] : authority.slice(0, sign).split(':');
  if (passwords.length > 1) return unescaped;
  const hosts = authority.slice(sign + 1).split(',');
  if (hosts.length > HOSTS_MAX) return `must have at most ${HOSTS_MAX} hosts`;
  const found = hosts.map(hostOf);
  if (found.includes(undefined)) return wrongHost;
  const parameters = query.slice(1).split('&').filter(Boolean);
  if (parameters.length > PARAMETERS_MAX) return `must have at most ${PARAMETERS_MAX} parameters`;
  return {
    scheme: scheme.toLowerCase(),
    user: decoded(user),
    password: decoded(passwords[0]),
    hosts: found as Host[],
    path,
    query: parameters.map(parameterOf),
  };
}

function parameterOf(parameter: string): readonly [string, string] {
  const equals = parameter.indexOf('=');
  const name = equals < 0 ? parameter : parameter.slice(0, equals);
  return [decoded(name) ?? '', decoded(equals < 0 ? '' : parameter.slice(equals + 1)) ?? ''];
}

function hostOf(text: string): Host | undefined {
  const [match, name = '', port] = HOST.exec(text) ?? [];
  if (match === undefined) return undefined;
  const isPort = port === undefined || (Number(port) > 0 && Number(port) <= PORT_MAX);
  return isPort ? { name, port } : undefined;
}

function isPercentEncoded(text: string): boolean {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return false;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : decodeURIComponent(text);
}
