import type { SecretValue } from '../../core/secret-value.js';
import type { AllowedAddress } from '../../platform/outbound/domain/egress-rules.js';
import type { ServerTargetSpec, Strategy } from './rotation-spec.js';

export interface Login {
  readonly username: string;
  readonly password: SecretValue;
}

export interface PasswordChange {
  readonly username: string;
  readonly password: SecretValue;
  /** `dual`: the old password, which stays valid. */
  readonly keep?: SecretValue;
  /** `alternatingUsers`: the user is created if absent, and gets the grants of this user. */
  readonly like?: string;
  /** Superusers and the admin's own user may be changed. */
  readonly allowPrivileged: boolean;
}

export interface PasswordEnd {
  readonly username: string;
  /** `dual`: the one password to end. Otherwise: the user keeps no known password. */
  readonly password?: SecretValue;
  /** `dual`: the password that stays valid, if the server needs it. */
  readonly keep?: SecretValue;
}

/**
 * Server with users and passwords, over TLS. Each call opens a separate connection to an address
 * that egress rules allow, and closes it. Each call is idempotent and throws TargetFault. `signal`
 * limits its time.
 */
export interface PasswordTarget {
  /** Strategies that this server supports, the default first. */
  readonly strategies: readonly Strategy[];
  /** Reports whether the server lets this user in. False only if the server refused the user. */
  logIn(user: Login, signal: AbortSignal): Promise<boolean>;
  /**
   * Makes a password valid. AdminRefused if the admin is refused; UserUnknown if the user (or
   * `like`) does not exist and is not to be created; UserPrivileged; PasswordRejected.
   */
  setPassword(admin: Login, change: PasswordChange, signal: AbortSignal): Promise<void>;
  /** Ends a password; succeeds if the user or password does not exist any more. */
  endPassword(admin: Login, end: PasswordEnd, signal: AbortSignal): Promise<void>;
}

/** Parameters that a driver needs to connect; created for each call. */
export interface TargetConnection {
  readonly server: ServerTargetSpec;
  /** PEM of the CA; undefined: the CAs that the system trusts. */
  readonly ca: string | undefined;
  /** Throws TargetFault HostNotAllowed or TargetUnreachable. */
  resolve(signal: AbortSignal): Promise<AllowedAddress>;
}
