import {
  OutboundFault,
  type OutboundReason,
} from '../../platform/outbound/domain/outbound-fault.js';

/** Reason that a target did not act; the words are equal in status, API and audit. */
export type TargetFaultReason =
  | OutboundReason
  | 'AdminRefused'
  | 'UserUnknown'
  /** Superuser, or the admin's own user, without `allowPrivileged`. */
  | 'UserPrivileged'
  /** The server's rules for passwords are violated. */
  | 'PasswordRejected'
  /** This server cannot do what the strategy needs. */
  | 'Unsupported'
  /** Part of a cluster has not applied the change. */
  | 'NotPropagated';

/** Reasons of a target after which certainly nothing was changed. */
const NOTHING_CHANGED: ReadonlySet<TargetFaultReason> = new Set([
  'AdminRefused',
  'UserUnknown',
  'UserPrivileged',
  'PasswordRejected',
  'Unsupported',
]);

/** Failure of a target, in fixed words. */
export class TargetFault extends OutboundFault<TargetFaultReason> {
  override readonly name = 'TargetFault';

  override get mayHaveChanged(): boolean {
    return super.mayHaveChanged && !NOTHING_CHANGED.has(this.reason);
  }
}

/** Failure of a call of a target: its own, or that of the connection. */
export type TargetFailure = OutboundFault<TargetFaultReason>;

/** Reports whether an error is a failure of a target. */
export function isTargetFailure(error: unknown): error is TargetFailure {
  return error instanceof OutboundFault;
}
