import { quoteIdentifier, quoteLiteral } from './quoted.js';
import type { RoleSettings } from './role-facts.js';

/**
 * Settings stored as lists of quoted names, to be set as lists again (GUC_LIST_QUOTE):
 * https://github.com/postgres/postgres/blob/REL_17_STABLE/src/bin/pg_dump/dumputils.c
 */
const quotedLists: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** Returns statements that change a role's settings to the wanted settings. */
export function settingStatements(
  role: string,
  has: readonly RoleSettings[],
  shall: readonly RoleSettings[],
): readonly string[] {
  const databases = new Set([...has, ...shall].map(({ database }) => database));
  return [...databases].flatMap((database) => {
    const [from, to] = [entriesOf(has, database), entriesOf(shall, database)];
    if (isSame(from, to)) return [];
    const where = database === null ? '' : ` IN DATABASE ${quoteIdentifier(database)}`;
    const alter = `ALTER ROLE ${quoteIdentifier(role)}${where}`;
    const reset = from.length === 0 ? [] : [`${alter} RESET ALL`];
    return [...reset, ...to.map((entry) => `${alter} SET ${assignment(entry)}`)];
  });
}

function entriesOf(settings: readonly RoleSettings[], database: string | null): readonly string[] {
  return settings.find((one) => one.database === database)?.entries ?? [];
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry) => right.includes(entry));
}

function assignment(entry: string): string {
  const end = entry.indexOf('=');
  const name = entry.slice(0, end);
  const value = entry.slice(end + 1);
  const isList = quotedLists.has(name.toLowerCase());
  const values = isList ? splitQuotedList(value) : [value];
  return `${quoteIdentifier(name)} TO ${values.map(quoteLiteral).join(', ')}`;
}

/** Returns the names in `"$user", public, "a, ""b"""`. */
function splitQuotedList(text: string): readonly string[] {
  const parts = text.match(/"(?:[^"]|"")*"|[^",\s]+/g) ?? [];
  const names = parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  );
  return names.length === 0 ? [''] : names;
}
