import type { SecretValue } from '../../core/secret-value.js';
import { isSettablePassword } from '../domain/settable-password.js';
import { TargetFault } from '../domain/target-fault.js';

/** Returns a password for a login. Throws TargetFault Unsupported for bytes that are no text. */
export function passwordText(password: SecretValue): string {
  const text = password.revealText();
  if (text !== undefined && !text.includes('\0')) return text;
  throw new TargetFault('Unsupported', 'the password is no text');
}

/** Returns a password to set. Throws TargetFault PasswordRejected if clients alter it. */
export function newPasswordText(password: SecretValue): string {
  const text = password.revealText();
  if (text !== undefined && isSettablePassword(text)) return text;
  const rule = 'empty, or has characters that clients change or refuse';
  throw new TargetFault('PasswordRejected', `the password is ${rule}`);
}
