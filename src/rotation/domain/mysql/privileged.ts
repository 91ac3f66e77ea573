import type { AccountGrants } from './account-grants.js';

/** Global privileges that only show server state, or need other privileges to be useful. */
const harmless: ReadonlySet<string> = new Set([
  'BINLOG MONITOR',
  'CREATE TEMPORARY TABLES',
  'LOCK TABLES',
  'PROCESS',
  'REPLICA MONITOR',
  'REPLICATION CLIENT',
  'SHOW DATABASES',
  'SLAVE MONITOR',
]);

/**
 * Reports whether an account may be rotated only if its spec allows it. `all` contains its grants
 * and its roles' grants. Any right over all databases includes the database of the server's own
 * accounts.
 */
export function isPrivilegedAccount(all: readonly AccountGrants[]): boolean {
  return all.some(
    ({ objects, proxies }) =>
      proxies.size > 0 ||
      [...objects].some(([object, { privileges, mayGrant }]) => {
        if (object === '*.*') {
          return mayGrant || [...privileges.keys()].some((name) => !harmless.has(name));
        }
        return (mayGrant || privileges.size > 0) && isOfSystem(object);
      }),
  );
}

/** Reports whether an object is in the database `mysql`; names of databases may be patterns. */
function isOfSystem(object: string): boolean {
  const quoted = /`((?:[^`]|``)*)`\.(\*)?/s.exec(object);
  const name = quoted?.[1]?.replaceAll('``', '`') ?? '';
  return quoted?.[2] === undefined ? name.toLowerCase() === 'mysql' : mayBeMysql(name);
}

function mayBeMysql(pattern: string): boolean {
  const parts = pattern.match(/\\.|./gsu) ?? [];
  const expression = parts.map((part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    const character = part.length > 1 ? part.slice(1) : part;
    return character.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  });
  return new RegExp(`^${expression.join('')}$`, 'isu').test('mysql');
}
