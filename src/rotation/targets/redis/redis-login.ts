import { inspect } from 'node:util';
import { createHash, randomBytes } from 'node:crypto';
import { SecretValue } from '../../../core/secret-value.js';
import type { Login } from '../../domain/password-target.js';
import { TargetFault } from '../../domain/target-fault.js';
import { RedisRefusal, type RedisSession } from './redis-session.js';

const HIDDEN = '[secret]';
const CONTROL_BYTES = 32;

/** Whether the server lets a user in; false only where it says that name or password are wrong. */
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
 * The same, but throws TargetFault Unsupported where any password would do (`nopass`): such a login
 * proves nothing. Whoever is let in is asked for one that cannot be right.
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

/** What Redis keeps of a password: SHA-256, in hex. */
export function hashOf(password: SecretValue): string {
  return createHash('sha256').update(password.reveal()).digest('hex');
}

/** The driver prints arguments where the variable DEBUG, or who follows its traces, asks for it. */
function unprintable(password: SecretValue): Buffer {
  const value = () => HIDDEN;
  return Object.defineProperties(Buffer.from(password.reveal()), {
    toString: { value },
    toJSON: { value },
    [inspect.custom]: { value },
  });
}
