import { inspect } from 'node:util';
import { createHash, randomBytes } from 'node:crypto';
import { SecretValue } from '../../../core/secret-value.js';
import type { Login } from '../../domain/password-target.js';
import { TargetFault } from '../../domain/target-fault.js';
import { RedisRefusal, type RedisSession } from './redis-session.js';

const HIDDEN = '[secret]';
const CONTROL_BYTES = 32;

/** Reports whether the server lets a user in; false only for a wrong name or password. */
export async function authenticate(session: RedisSession, user: Login): Promise<boolean> {
  try {
    await session.call('AUTH', user.username, unprintable(user.password));
    return true;
  } catch (error) {
    if (!(error instanceof RedisRefusal)) throw error;
    if (error.code === 'WRONGPASS') return false;
    throw new TargetFault('TargetFailed', 'the server takes no login by user and password');
  }
}

/**
 * Reports whether a login works and proves the password. Tries a random password after a success.
 * Throws TargetFault Unsupported if the server accepts any password (`nopass`).
 */
export async function provesLogin(session: RedisSession, user: Login): Promise<boolean> {
  if (!(await authenticate(session, user))) return false;
  const password = SecretValue.fromBytes(randomBytes(CONTROL_BYTES));
  if (!(await authenticate(session, { username: user.username, password }))) return true;
  throw letsEverybodyIn();
}

export function letsEverybodyIn(): TargetFault {
  return new TargetFault('Unsupported', 'the user is let in with any password (nopass)');
}

/** Returns the hash that Redis stores of a password: SHA-256, in hex. */
export function hashOf(password: SecretValue): string {
  return createHash('sha256').update(password.reveal()).digest('hex');
}

/** Hides a value from the driver's prints for the variable DEBUG and for trace subscribers. */
function unprintable(password: SecretValue): Buffer {
  const value = () => HIDDEN;
  return Object.defineProperties(Buffer.from(password.reveal()), {
    toString: { value },
    toJSON: { value },
    [inspect.custom]: { value },
  });
}
