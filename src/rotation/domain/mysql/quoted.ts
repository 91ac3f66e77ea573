/** `'user'@'host'` as MySQL knows accounts. */
export interface Account {
  readonly user: string;
  readonly host: string;
}

/** Of MariaDB; MySQL, which allows 32, refuses longer ones by itself where they are made. */
const USER_CHARACTERS_MAX = 128;
const HOST_CHARACTERS_MAX = 255;

/** What is wrong with an account, as the rest of a sentence; undefined where nothing is. */
export function accountProblem({ user, host }: Account): string | undefined {
  if (user === '' || host === '' || `${user}${host}`.includes('\0')) return 'is no account';
  // Longer names are cut, and would be somebody else's.
  const isLong = user.length > USER_CHARACTERS_MAX || host.length > HOST_CHARACTERS_MAX;
  return isLong ? 'has too long a name' : undefined;
}

/** In backticks, within which nothing but they themselves has a meaning. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteAccount({ user, host }: Account): string {
  return `${quoteName(user)}@${quoteName(host)}`;
}

/** A text under an `sql_mode` without NO_BACKSLASH_ESCAPES. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
