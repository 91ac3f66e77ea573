/** NAMEDATALEN - 1: longer names are cut by the server, and would name somebody else. */
const NAME_BYTES_MAX = 63;

/** What is wrong with the name of a role, as the rest of a sentence; undefined where nothing is. */
export function roleNameProblem(name: string): string | undefined {
  if (name === '' || name.includes('\0')) return 'is no name of a role';
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) return `has more than ${NAME_BYTES_MAX} bytes`;
  // Not even in quotes: https://www.postgresql.org/docs/current/sql-createrole.html
  return ['public', 'none'].includes(name) ? 'is a word that the server keeps' : undefined;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Read the same whatever `standard_conforming_strings` says. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
