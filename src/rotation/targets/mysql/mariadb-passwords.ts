import { randomBytes } from 'node:crypto';
import {
  createPlainStatement,
  createStatement,
  hashStatement,
  setPasswordStatement,
} from '../../domain/mysql/account-statements.js';
import { nativePasswordHash } from '../../domain/mysql/native-password.js';
import type { Account } from '../../domain/mysql/quoted.js';
import { TargetFault } from '../../domain/target-fault.js';
import { type Query, serverCode } from './mysql-session.js';

/** ER_CANNOT_USER, whose reason is among the warnings. */
const CANNOT_USER = 1396;
/** ER_OPTION_PREVENTS_STATEMENT, which names the option in any language. */
const OPTION_PREVENTS = 1290;
const STRICT = /strict.password.validation/;
const THROWAWAY_BYTES = 24;

/** Returns a password that nobody knows and that satisfies usual rules; never for a login. */
export function throwawayPassword(): string {
  return `aA1-${randomBytes(THROWAWAY_BYTES).toString('base64url')}`;
}

/** Creates an account that nobody can log in to, unless it exists. */
export async function createAccount(query: Query, account: Account): Promise<void> {
  const hash = nativePasswordHash(throwawayPassword());
  if (await isHashTaken(query, createStatement(account, hash))) return;
  await query(createPlainStatement(account, throwawayPassword()));
}

/** Ends the password of an account. */
export async function endPassword(query: Query, account: Account): Promise<void> {
  const password = throwawayPassword();
  if (await isHashTaken(query, hashStatement(account, nativePasswordHash(password)))) return;
  await query(setPasswordStatement(account, password));
}

/**
 * Sets a password by its hash, so that no log of the server can contain it. A server with
 * `strict_password_validation` takes no hashes and gets the password itself. Then the general and
 * the slow log are bypassed; if the general log cannot be bypassed, nothing is sent.
 */
export async function setPassword(query: Query, account: Account, password: string): Promise<void> {
  if (await isHashTaken(query, hashStatement(account, nativePasswordHash(password)))) return;
  await stopLogging(query);
  await query(setPasswordStatement(account, password));
}

async function isHashTaken(query: Query, statement: string): Promise<boolean> {
  try {
    await query(statement);
    return true;
  } catch (error) {
    const code = serverCode(error);
    if (code === OPTION_PREVENTS && STRICT.test(String(error))) return false;
    if (code !== CANNOT_USER) throw error;
    const warnings = await query('SHOW WARNINGS');
    if (warnings.some(({ Message: text }) => STRICT.test(String(text)))) return false;
    throw error;
  }
}

async function stopLogging(query: Query): Promise<void> {
  await query('SET SESSION slow_query_log = 0').catch(ignoreServerError);
  const isOff = await query('SET SESSION sql_log_off = 1').then(() => true, ignoreServerError);
  if (isOff === true) return;
  const [row] = await query('SELECT @@GLOBAL.general_log AS isLogged');
  if (Number(row?.['isLogged']) === 0) return;
  const text = 'the target takes no hashes, and would log the password: the admin needs SUPER';
  throw new TargetFault('Unsupported', text);
}

function ignoreServerError(error: unknown): undefined {
  if (serverCode(error) === undefined) throw error;
  return undefined;
}
