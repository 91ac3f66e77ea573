import { TargetFault } from '../target-fault.js';

/** https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
export const AUTHENTICATION_FAILED = 18;
export const USER_NOT_FOUND = 11;

const UNAUTHORIZED = 13;
const NOT_PRIMARY: ReadonlySet<number> = new Set([10_107, 13_435, 11_602, 189]);
/** Codes for passwords that are empty, or have characters that SASLprep (RFC 4013) forbids. */
const PASSWORD_REJECTED: ReadonlySet<number> = new Set([50_687, 50_692]);
const NOT_SUPPORTED: ReadonlySet<number> = new Set([59, 115, 238]);

/** Returns the fault for a server's error code; the server's text may repeat what was sent. */
export function mongoFault(code: number): TargetFault {
  if (code === AUTHENTICATION_FAILED) {
    return new TargetFault('AdminRefused', 'the server does not let the admin in');
  }
  if (code === UNAUTHORIZED) {
    return new TargetFault('AdminRefused', 'the admin may not change users');
  }
  if (code === USER_NOT_FOUND) return new TargetFault('UserUnknown', 'the server has no such user');
  if (PASSWORD_REJECTED.has(code)) {
    return new TargetFault('PasswordRejected', 'the server does not take the password');
  }
  if (NOT_SUPPORTED.has(code)) {
    return new TargetFault('Unsupported', `the server cannot do this (code ${code})`);
  }
  const message = NOT_PRIMARY.has(code)
    ? 'the server is not the primary of its replica set'
    : `the server refused a command (code ${code})`;
  return new TargetFault('TargetFailed', message);
}
