import { randomBytes } from 'node:crypto';
import type { Login, TargetConnection } from '../../domain/password-target.js';
import { AUTHENTICATION_FAILED } from '../../domain/mongodb/mongo-fault.js';
import { isScramPassword } from '../../domain/mongodb/scram-password.js';
import type { SecretValue } from '../../../core/secret-value.js';
import { TargetFault } from '../../domain/target-fault.js';
import { type MongoLogin, MongoRefusal, type MongoSession, withMongo } from './mongo-session.js';

const RANDOM_BYTES = 32;

/** Returns the login in the protocol's form; undefined: passwords are text, so no user has it. */
export function mongoLogin({ username, password }: Login, source: string): MongoLogin | undefined {
  const text = password.revealText();
  return text === undefined ? undefined : { username, password: text, source };
}

/** Returns the text of a new password. Throws TargetFault PasswordRejected. */
export function newPassword(password: SecretValue): string {
  const text = password.revealText();
  if (text !== undefined && isScramPassword(text)) return text;
  const rule = 'text that is not empty and has no control characters';
  throw new TargetFault('PasswordRejected', `passwords of MongoDB are ${rule}`);
}

/** Returns a password that is not stored. */
export function forgottenPassword(): string {
  return randomBytes(RANDOM_BYTES).toString('base64url');
}

/**
 * Runs logged in; undefined if the server does not let the user in. Throws MongoRefusal and
 * TargetFault.
 */
export async function loggedIn<T>(
  connection: TargetConnection,
  login: MongoLogin | undefined,
  signal: AbortSignal,
  work: (session: MongoSession) => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  if (login === undefined) return undefined;
  try {
    return { result: await withMongo(connection, login, signal, work) };
  } catch (error) {
    if (!(error instanceof MongoRefusal)) throw error;
    if (error.isOfLogin && error.code === AUTHENTICATION_FAILED) return undefined;
    throw error;
  }
}
