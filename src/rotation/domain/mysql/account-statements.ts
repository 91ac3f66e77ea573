import { type Account, quoteAccount, quoteText } from './quoted.js';

/** MariaDB, by a hash that was made here: the password itself is never sent. */
export function hashStatement(account: Account, hash: string): string {
  const means = `IDENTIFIED VIA mysql_native_password USING ${quoteText(hash)}`;
  return `ALTER USER ${quoteAccount(account)} ${means}`;
}

/** MariaDB, where it takes no hash: this form leaves nothing but a hash in its binary log. */
export function setPasswordStatement(account: Account, password: string): string {
  return `SET PASSWORD FOR ${quoteAccount(account)} = PASSWORD(${quoteText(password)})`;
}

/** MariaDB: an account that nobody can log in to yet. */
export function createStatement(account: Account, hash: string): string {
  const means = `IDENTIFIED VIA mysql_native_password USING ${quoteText(hash)}`;
  return `CREATE USER IF NOT EXISTS ${quoteAccount(account)} ${means}`;
}

/** The same where hashes are not taken, by a password that nobody keeps and any log may show. */
export function createPlainStatement(account: Account, throwaway: string): string {
  const means = `IDENTIFIED BY ${quoteText(throwaway)}`;
  return `CREATE USER IF NOT EXISTS ${quoteAccount(account)} ${means}`;
}
