import { jdbcReasons } from './jdbc.js';
import { type Kind, lineEndReasons, ofText } from './kind.js';
import { keywordReasons, postgresParameters } from './postgres-keywords.js';
import { unescaped, type UrlParts, urlParts } from './url-parts.js';

const CHARACTERS_MAX = 16 * 1_024;

/** Rules of one family of connection strings. */
interface Family {
  readonly schemes: readonly string[];
  readonly rules: (parts: UrlParts) => readonly string[];
}

const postgres: Family = {
  schemes: ['postgresql', 'postgres'],
  rules: ({ hosts, path, query }) => [
    // A socket is named by the parameter host.
    ...(hasHost(hosts) || query.some(([name]) => name === 'host') ? [] : [noHost]),
    ...(path.indexOf('/', 1) > 0 ? ['must have one database after the host'] : []),
    ...postgresParameters(query),
  ],
};

const mysql: Family = {
  schemes: ['mysql', 'mysqlx', 'mariadb'],
  rules: ({ hosts, path }) => [
    ...hostReasons(hosts),
    ...(path.indexOf('/', 1) > 0 ? ['must have one database after the host'] : []),
  ],
};

const mongodb: Family = {
  schemes: ['mongodb', 'mongodb+srv'],
  rules: ({ scheme, user, hosts, path, query }) => [
    ...hostReasons(hosts),
    ...(scheme === 'mongodb+srv' ? srvReasons(hosts) : []),
    ...(path.indexOf('/', 1) > 0 ? ['must have one database after the host'] : []),
    ...(user === '' ? ['must not have an empty user'] : []),
    ...booleanReasons(query, ['tls', 'ssl', 'retryWrites', 'retryReads', 'directConnection']),
  ],
};

const redis: Family = {
  schemes: ['redis', 'rediss', 'valkey', 'valkeys'],
  rules: ({ hosts, path }) => [
    ...hostReasons(hosts),
    ...(hosts.length > 1 ? ['must have one host'] : []),
    ...(/^(?:\/(?:\d{1,5})?)?$/.test(path) ? [] : ['the database after / must be a number']),
  ],
};

const amqp: Family = {
  schemes: ['amqp', 'amqps'],
  rules: ({ hosts, path }) => [
    ...hostReasons(hosts),
    ...(hosts.length > 1 ? ['must have one host'] : []),
    ...(path.indexOf('/', 1) > 0 ? ['must have %2F for a slash in the virtual host'] : []),
  ],
};

const noHost = 'must name a host';

/** Connection strings in the form of a URL, or of keywords of libpq. */
export const postgresKind: Kind = {
  description: 'Connection string of PostgreSQL: a URL, or keywords and values (libpq).',
  bytesMax: CHARACTERS_MAX,
  reasons: ofText((text) => {
    const isUrl = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text);
    return isUrl ? familyReasons(postgres, text) : keywordReasons(text);
  }),
};

export const mysqlKind = kindOf(mysql, 'Connection URL of MySQL or MariaDB.');
export const mongodbKind = kindOf(mongodb, 'Connection string of MongoDB, also with SRV.');
export const redisKind = kindOf(redis, 'Connection URL of Redis or Valkey.');
export const amqpKind = kindOf(amqp, 'Connection URL of AMQP.');

export const jdbcKind: Kind = {
  description: 'JDBC URL of PostgreSQL, MySQL, MariaDB, SQL Server, Oracle, Db2, H2 or SQLite.',
  bytesMax: CHARACTERS_MAX,
  reasons: ofText((text) => [...lineEndReasons(text), ...jdbcReasons(text)]),
};

/** URL with a host, of any scheme. */
export const urlKind: Kind = {
  description: 'URL with a host (RFC 3986).',
  bytesMax: CHARACTERS_MAX,
  reasons: ofText((text) => {
    const parts = urlParts(text.replace(/#[^#\s]*$/, ''));
    if (typeof parts === 'string') return [parts];
    if (parts.hosts.length > 1 || !hasHost(parts.hosts)) return [noHost];
    return URL.canParse(text) ? [] : ['must be a URL'];
  }),
};

function kindOf(family: Family, description: string): Kind {
  const reasons = ofText((text) => familyReasons(family, text));
  return { description, bytesMax: CHARACTERS_MAX, reasons };
}

function familyReasons({ schemes, rules }: Family, text: string): readonly string[] {
  const scheme = /^[^:]*/.exec(text)?.[0].toLowerCase() ?? '';
  if (!schemes.includes(scheme) || !text.slice(scheme.length).startsWith('://')) {
    return [`must begin with ${schemes.map((one) => `${one}://`).join(' or ')}`];
  }
  const parts = urlParts(text);
  if (typeof parts === 'string') return [parts];
  // A password of digits and a slash looks like a port and a path.
  return parts.user === undefined && parts.path.includes('@') ? [unescaped] : rules(parts);
}

function hasHost(hosts: UrlParts['hosts']): boolean {
  return hosts.every(({ name }) => name !== '');
}

function hostReasons(hosts: UrlParts['hosts']): readonly string[] {
  return hasHost(hosts) ? [] : [noHost];
}

/** https://www.mongodb.com/docs/manual/reference/connection-string/#srv-connection-format */
function srvReasons(hosts: UrlParts['hosts']): readonly string[] {
  const [host] = hosts;
  const isOne = hosts.length === 1 && host?.port === undefined;
  if (!isOne) return ['must have one host without a port, as it is mongodb+srv'];
  return host?.name.includes('.') ? [] : ['must have a domain name, as it is mongodb+srv'];
}

function booleanReasons(query: UrlParts['query'], names: readonly string[]): readonly string[] {
  return query
    .filter(([name, value]) => names.includes(name) && value !== 'true' && value !== 'false')
    .map(([name]) => `must have true or false for ${name}`);
}
