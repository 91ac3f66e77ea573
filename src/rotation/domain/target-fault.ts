/** Reason that a target did not act; the words are equal in status, API and audit. */
export type TargetFaultReason =
  /** The host is not on the allow-list, or its address is denied. */
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
  /** Part of a cluster has not applied the change. */
  | 'NotPropagated'
  | 'TargetFailed';

/** Reasons after which certainly nothing was changed. */
const NOTHING_CHANGED: ReadonlySet<TargetFaultReason> = new Set([
  'HostNotAllowed',
  'TlsFailed',
  'AdminRefused',
  'UserUnknown',
  'UserPrivileged',
  'PasswordRejected',
  'Unsupported',
]);

/** Describes what happened in fixed words: a peer's text may contain anything. */
export class TargetFault extends Error {
  override readonly name = 'TargetFault';
  readonly reason: TargetFaultReason;

  constructor(reason: TargetFaultReason, message: string) {
    super(message);
    this.reason = reason;
  }

  /** Reports whether the requested change may have taken effect in spite of the failure. */
  get mayHaveChanged(): boolean {
    return !NOTHING_CHANGED.has(this.reason);
  }
}
