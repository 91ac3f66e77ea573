import type { TargetFaultReason } from '../target-fault.js';

export interface ErrorMeaning {
  readonly reason: TargetFaultReason;
  /** End of a sentence that begins with the target. */
  readonly text: string;
}

/** A wrong password or an unknown user, an account without password, locked, or expired. */
const notLetIn: ReadonlySet<number> = new Set([1045, 1698, 3118, 4151, 1820, 1862]);

/** Reports whether a server that answers a login with this error refuses the user. */
export function isLoginRefused(code: number | undefined): boolean {
  return code !== undefined && notLetIn.has(code);
}

const RIGHTS: ErrorMeaning = { reason: 'AdminRefused', text: 'does not let the admin do that' };
const REJECTED: ErrorMeaning = { reason: 'PasswordRejected', text: 'does not take the password' };
const READ_ONLY: ErrorMeaning = { reason: 'Unsupported', text: 'takes no such changes' };
const UNKNOWN: ErrorMeaning = { reason: 'UserUnknown', text: 'does not know the user' };
const BUSY: ErrorMeaning = { reason: 'TargetFailed', text: 'has too many connections' };
const ENDING: ErrorMeaning = { reason: 'TargetUnreachable', text: 'ended the connection' };
const SLOW: ErrorMeaning = { reason: 'TargetTimeout', text: 'did not do it in time' };
const FOREIGN: ErrorMeaning = { reason: 'TargetFailed', text: 'takes no connections from here' };

const meanings: ReadonlyMap<number, ErrorMeaning> = new Map([
  ...[1044, 1045, 1142, 1143, 1227, 1370, 1410, 1698, 1959].map((code) => [code, RIGHTS] as const),
  ...[1819, 3638].map((code) => [code, REJECTED] as const),
  ...[1290, 1792, 1836].map((code) => [code, READ_ONLY] as const),
  ...[1133, 1141].map((code) => [code, UNKNOWN] as const),
  ...[1040, 1203, 1226].map((code) => [code, BUSY] as const),
  ...[1053, 1927].map((code) => [code, ENDING] as const),
  ...[1205, 1317, 1969, 3024].map((code) => [code, SLOW] as const),
  ...[1129, 1130].map((code) => [code, FOREIGN] as const),
  [1470, { reason: 'Unsupported', text: 'does not take the name of the user' }],
]);

/** Returns an error's meaning: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export function meaningOf(code: number): ErrorMeaning {
  return meanings.get(code) ?? { reason: 'TargetFailed', text: `failed with error ${code}` };
}
