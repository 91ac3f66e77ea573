import { type Account, quoteAccount, quoteText } from './quoted.js';

/**
 * Returns MySQL 8's statement; MySQL keeps passwords out of its logs itself.
 * https://dev.mysql.com/doc/refman/8.4/en/password-logging.html
 */
export function replaceStatements(account: Account, password: string): readonly string[] {
  return [`ALTER USER ${quoteAccount(account)} IDENTIFIED BY ${quoteText(password)}`];
}

/**
 * Makes two passwords valid concurrently: `keep` stays valid. The statements set `keep` first,
 * because the server retains whatever password is current. After a failed run, another password
 * might be current.
 * https://dev.mysql.com/doc/refman/8.4/en/password-management.html#dual-passwords
 */
export function addStatements(
  account: Account,
  { password, keep }: { readonly password: string; readonly keep: string },
): readonly string[] {
  const [replace = ''] = replaceStatements(account, password);
  return [...replaceStatements(account, keep), `${replace} RETAIN CURRENT PASSWORD`];
}

/** Ends all passwords except one. */
export function onlyStatements(account: Account, keep: string): readonly string[] {
  const discard = `ALTER USER ${quoteAccount(account)} DISCARD OLD PASSWORD`;
  return [...replaceStatements(account, keep), discard];
}

/**
 * Returns statements for an account with a role that is another account: so rights are equal
 * whenever they change.
 * https://dev.mysql.com/doc/refman/8.4/en/roles.html#roles-accounts-role-interchangeability
 */
export function likeStatements(
  account: Account,
  like: Account,
  throwaway: string,
): readonly string[] {
  const [name, role] = [account, like].map(quoteAccount);
  return [
    `CREATE USER IF NOT EXISTS ${name} IDENTIFIED BY ${quoteText(throwaway)}`,
    `GRANT ${role} TO ${name}`,
    `ALTER USER ${name} DEFAULT ROLE ${role}`,
  ];
}
