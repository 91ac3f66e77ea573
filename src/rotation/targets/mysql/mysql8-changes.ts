import {
  addStatements,
  likeStatements,
  onlyStatements,
  replaceStatements,
} from '../../domain/mysql/mysql8-statements.js';
import { throwawayPassword } from './mariadb-passwords.js';
import type { Query } from './mysql-session.js';
import type { ServerChanges } from './server-changes.js';

/** Changes of MySQL 8 (8.0.14 or newer). Experimental: only the statements are tested. */
export const mysql8Changes: ServerChanges = {
  settings: ["SET SESSION sql_mode = '', sql_quote_show_create = 1, lock_wait_timeout = 10"],
  set: (query, { facts: { account }, password, keep }) =>
    runAll(
      query,
      keep === undefined
        ? replaceStatements(account, password)
        : addStatements(account, { password, keep }),
    ),
  setLike: (query, { account, like, password }) =>
    runAll(query, [
      ...likeStatements(account, like.account, throwawayPassword()),
      ...replaceStatements(account, password),
    ]),
  end: (query, { facts: { account }, keep }) =>
    runAll(
      query,
      keep === undefined
        ? replaceStatements(account, throwawayPassword())
        : onlyStatements(account, keep),
    ),
};

async function runAll(query: Query, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await query(statement);
}
