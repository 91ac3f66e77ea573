import type { SecretValue } from '../../core/secret-value.js';
import type { ServerKind, ServerTargetSpec, Strategy } from './rotation-spec.js';

export interface Login {
  readonly username: string;
  readonly password: SecretValue;
}

export interface PasswordChange {
  readonly username: string;
  readonly password: SecretValue;
  /** `dual`: the old password that keeps working. */
  readonly keep?: SecretValue;
  /** `alternatingUsers`: the user is made where it is not there, and gets this one's grants. */
  readonly like?: string;
  /** Superusers and the admin's own user may be changed. */
  readonly allowPrivileged: boolean;
}

export interface PasswordEnd {
  readonly username: string;
  /** `dual`: the one password that ends. Else: the user keeps none that anybody knows. */
  readonly password?: SecretValue;
  /** `dual`: the password that works on, where a server must be told. */
  readonly keep?: SecretValue;
}

/**
 * A server that knows users by password, over TLS. Each call makes a connection of its own, to an
 * address that egress rules allow, and ends it; each is idempotent, and throws TargetFault.
 * `signal` bounds it in time.
 */
export interface PasswordTarget {
  /** What this server can do, the default first. */
  readonly strategies: readonly Strategy[];
  /** Whether the server lets this user in. False only where it said that it does not. */
  logIn(user: Login, signal: AbortSignal): Promise<boolean>;
  /**
   * Makes a password valid. AdminRefused where the admin is not let in; UserUnknown where the user
   * (or `like`) is not there and is not to be made; UserPrivileged; PasswordRejected.
   */
  setPassword(admin: Login, change: PasswordChange, signal: AbortSignal): Promise<void>;
  /** Ends a password; a user or password that is gone already is none the less an end. */
  endPassword(admin: Login, end: PasswordEnd, signal: AbortSignal): Promise<void>;
}

/** Resolved once, and connected to at that address alone. */
export interface AllowedAddress {
  readonly address: string;
  readonly port: number;
  /** Name for TLS: the host, unless the spec names another. */
  readonly serverName: string;
}

/** What a driver needs to connect; made anew for each call. */
export interface TargetConnection {
  readonly server: ServerTargetSpec;
  /** PEM of the CA; undefined: those that the system trusts. */
  readonly ca: string | undefined;
  /** Throws TargetFault HostNotAllowed or TargetUnreachable. */
  resolve(signal: AbortSignal): Promise<AllowedAddress>;
}

export type OpenPasswordTarget = (
  kind: ServerKind,
  connection: TargetConnection,
  detail: {
    readonly database?: string;
    readonly userHost?: string;
    readonly authDatabase?: string;
  },
) => Promise<PasswordTarget>;
