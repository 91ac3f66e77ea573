/** Why a target did not do what was asked; the same words in status, API and audit. */
export type TargetFaultReason =
  /** The host is not on the allow-list, or its address is one that is denied. */
  | 'HostNotAllowed'
  | 'TargetUnreachable'
  | 'TargetTimeout'
  /** No TLS, an unknown issuer, or another name: nothing was sent. */
  | 'TlsFailed'
  | 'AdminRefused'
  | 'UserUnknown'
  /** Superuser, or the admin's own user, without `allowPrivileged`. */
  | 'UserPrivileged'
  /** The server's rules for passwords are violated. */
  | 'PasswordRejected'
  /** This server cannot do what the strategy needs. */
  | 'Unsupported'
  /** Part of a cluster has not followed. */
  | 'NotPropagated'
  | 'TargetFailed';

/** Reasons after which nothing was changed for certain. */
const NOTHING_CHANGED: ReadonlySet<TargetFaultReason> = new Set([
  'HostNotAllowed',
  'TlsFailed',
  'AdminRefused',
  'UserUnknown',
  'UserPrivileged',
  'PasswordRejected',
  'Unsupported',
]);

/** Says what happened in our words alone: what a peer says may hold anything. */
export class TargetFault extends Error {
  override readonly name = 'TargetFault';
  readonly reason: TargetFaultReason;

  constructor(reason: TargetFaultReason, message: string) {
    super(message);
    this.reason = reason;
  }

  /** Whether the change that was asked for may have taken effect all the same. */
  get mayHaveChanged(): boolean {
    return !NOTHING_CHANGED.has(this.reason);
  }
}
