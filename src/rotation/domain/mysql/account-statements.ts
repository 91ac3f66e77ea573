import { type Account, quoteAccount, quoteText } from './quoted.js';

/** Returns MariaDB's statement with a local hash: the password itself is never sent. */
export function hashStatement(account: Account, hash: string): string {
  const means = `IDENTIFIED VIA mysql_native_password USING ${quoteText(hash)}`;
  return `ALTER USER ${quoteAccount(account)} ${means}`;
}

/** Returns MariaDB's statement if it takes no hash: its binary log then has only a hash. */
export function setPasswordStatement(account: Account, password: string): string {
  return `SET PASSWORD FOR ${quoteAccount(account)} = PASSWORD(${quoteText(password)})`;
}

/** Returns MariaDB's statement for an account to which nobody can log in yet. */
export function createStatement(account: Account, hash: string): string {
  const means = `IDENTIFIED VIA mysql_native_password USING ${quoteText(hash)}`;
  return `CREATE USER IF NOT EXISTS ${quoteAccount(account)} ${means}`;
}

/** Returns the statement if hashes are not taken; any log may contain the discarded password. */
export function createPlainStatement(account: Account, throwaway: string): string {
  const means = `IDENTIFIED BY ${quoteText(throwaway)}`;
  return `CREATE USER IF NOT EXISTS ${quoteAccount(account)} ${means}`;
}
