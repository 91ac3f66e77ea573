/** NAMEDATALEN - 1: the server cuts longer names, which would name another role. */
const NAME_BYTES_MAX = 63;

/** Returns what is wrong with a role name, as the end of a sentence; undefined if it is valid. */
export function roleNameProblem(name: string): string | undefined {
  if (name === '' || name.includes('\0')) return 'is no name of a role';
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) return `has more than ${NAME_BYTES_MAX} bytes`;
  // Not even in quotes: https://www.postgresql.org/docs/current/sql-createrole.html
  return ['public', 'none'].includes(name) ? 'is a word that the server keeps' : undefined;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text so that `standard_conforming_strings` does not matter. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
