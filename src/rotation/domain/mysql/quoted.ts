/** Account in MySQL's form `'user'@'host'`. */
export interface Account {
  readonly user: string;
  readonly host: string;
}

/** Limits of MariaDB; MySQL, which allows 32, refuses longer names itself when they are created. */
const USER_CHARACTERS_MAX = 128;
const HOST_CHARACTERS_MAX = 255;

/** Returns what is wrong with an account, as the end of a sentence; undefined if it is valid. */
export function accountProblem({ user, host }: Account): string | undefined {
  if (user === '' || host === '' || `${user}${host}`.includes('\0')) return 'is no account';
  // Longer names are cut, and would name another account.
  const isLong = user.length > USER_CHARACTERS_MAX || host.length > HOST_CHARACTERS_MAX;
  return isLong ? 'has too long a name' : undefined;
}

/** Quotes a name in backticks, within which only backticks have a meaning. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteAccount({ user, host }: Account): string {
  return `${quoteName(user)}@${quoteName(host)}`;
}

/** Quotes a text under an `sql_mode` without NO_BACKSLASH_ESCAPES. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
