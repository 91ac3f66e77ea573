import type { TargetFaultReason } from '../target-fault.js';

export interface StateMeaning {
  readonly reason: TargetFaultReason;
  /** End of a sentence that begins with the target. */
  readonly text: string;
}

const RIGHTS: StateMeaning = { reason: 'AdminRefused', text: 'does not let the admin do that' };
const STANDBY: StateMeaning = { reason: 'Unsupported', text: 'takes no changes: it is a standby' };
const STARTING: StateMeaning = { reason: 'TargetUnreachable', text: 'starts up or shuts down' };

const meanings: Readonly<Record<string, StateMeaning>> = {
  '0LP01': { reason: 'Unsupported', text: 'would have two users be members of each other' },
  '0P000': { reason: 'Unsupported', text: 'does not take the name of the user' },
  '25006': STANDBY,
  '3D000': { reason: 'TargetFailed', text: 'has no such database' },
  '42501': RIGHTS,
  '42704': { reason: 'UserUnknown', text: 'does not know the user' },
  '42939': { reason: 'Unsupported', text: 'does not take the name of the user' },
  '53300': { reason: 'TargetFailed', text: 'has too many connections' },
  '57014': { reason: 'TargetTimeout', text: 'did not do it in time' },
  '57P01': STARTING,
  '57P02': STARTING,
  '57P03': STARTING,
};

/** invalid_password, invalid_authorization_specification: no such user, or not from this host. */
const notLetIn: ReadonlySet<string> = new Set(['28P01', '28000']);

/** Reports whether a server that answers a login with this state refuses the user. */
export function isLoginRefused(sqlState: string | undefined): boolean {
  return sqlState !== undefined && notLetIn.has(sqlState);
}

/** Explains an error: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function meaningOf(sqlState: string): StateMeaning {
  // Include only a valid SQLSTATE: the peer may send anything.
  const state = /^[0-9A-Z]{5}$/.test(sqlState) ? `SQLSTATE ${sqlState}` : 'no SQLSTATE';
  return meanings[sqlState] ?? { reason: 'TargetFailed', text: `failed with ${state}` };
}
