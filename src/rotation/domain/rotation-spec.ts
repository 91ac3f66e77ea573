/** Specification of a SecretRotation, parsed and with defaults. */
export interface RotationSpec {
  readonly secretName: string;
  readonly generate: readonly GeneratedKey[];
  readonly target: TargetSpec;
  readonly strategy: Strategy;
  /** Undefined: only requested runs. */
  readonly schedule: Schedule | undefined;
  readonly suspend: boolean;
  /** Rotate a Secret although another controller owns it. */
  readonly takeOwnership: boolean;
  readonly retireAfterMs: number;
  readonly consumers: ConsumersPolicy;
  /** Number of ended runs that are retained. */
  readonly historyLimit: number;
  /** A changed text counts as a changed spec, so that another user becomes its author. */
  readonly adopt: string | undefined;
}

export type Strategy = 'alternatingUsers' | 'singleUser' | 'dual';

export interface Schedule {
  readonly when:
    | { readonly cron: string; readonly timeZone: string }
    | { readonly everyMs: number };
  /** Time after the due time within which a run may begin; undefined: any time. */
  readonly windowMs: number | undefined;
  readonly jitterMs: number;
}

export interface ConsumersPolicy {
  /** `auto`: all that reference the Secret. */
  readonly restart: 'auto' | 'none' | readonly WorkloadReference[];
  readonly wait: boolean;
  readonly timeoutMs: number;
}

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

export interface WorkloadReference {
  readonly kind: WorkloadKind;
  readonly name: string;
}

export interface GeneratedKey {
  /** Key of the Secret for the value (its private part). */
  readonly key: string;
  readonly generator: Generator;
}

/** Generator of one value, which depends on nothing else. Keys of schemas have them as well. */
export type SingleValueGenerator =
  | { readonly kind: 'password'; readonly password: PasswordRules }
  | {
      readonly kind: 'bytes';
      readonly bytes: {
        readonly sizeBytes: number;
        readonly encoding: 'hex' | 'base64' | 'base64url' | 'raw';
      };
    }
  | { readonly kind: 'uuid' };

export type Generator =
  | SingleValueGenerator
  | { readonly kind: 'keyPair'; readonly keyPair: KeyPairRules }
  | { readonly kind: 'sshKeyPair'; readonly sshKeyPair: SshKeyPairRules }
  | { readonly kind: 'certificate'; readonly certificate: CertificateRules }
  | { readonly kind: 'jwks'; readonly jwks: JwksRules }
  | { readonly kind: 'template'; readonly template: string };

export type CharacterClass = 'lower' | 'upper' | 'digits' | 'symbols';

export interface PasswordRules {
  readonly length: number;
  /** A password contains at least one character of each class. */
  readonly classes: readonly CharacterClass[];
  /** Characters in addition to the characters of the classes. */
  readonly allow: string;
  readonly forbid: string;
}

export type KeyAlgorithm =
  | { readonly name: 'Ed25519' }
  | { readonly name: 'ECDSA'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly name: 'RSA'; readonly bits: 2048 | 3072 | 4096 };

export interface KeyPairRules {
  readonly algorithm: KeyAlgorithm;
  /** Key of the Secret for the public half; undefined: it is not stored. */
  readonly publicKey: string | undefined;
}

export interface SshKeyPairRules extends KeyPairRules {
  readonly comment: string;
}

/** Written in the layout of `kubernetes.io/tls`: `key` contains the private key. */
export interface CertificateRules {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly lifetimeMs: number;
  readonly algorithm: KeyAlgorithm;
  /** Key of the Secret for the certificate (followed by the CA's certificates). */
  readonly certificateKey: string;
  /** Key for the CA's certificate; undefined: it is not stored. */
  readonly caKey: string | undefined;
  /** Secret of type kubernetes.io/tls whose CA signs; undefined: self-signed. */
  readonly ca: { readonly secretName: string } | undefined;
}

export interface JwksRules {
  readonly algorithm: 'EdDSA' | 'ES256' | 'ES384' | 'RS256' | 'PS256';
  /** Key for the set of public keys: the new key first, then keys that are still valid. */
  readonly publicKeySet: string;
  /** Number of former public keys that stay in the set. */
  readonly keepOld: number;
}

export interface SecretKeyReference {
  readonly name: string;
  readonly key: string;
}

export interface TlsSpec {
  /** `verify-ca` does not check the name; nothing is sent without TLS. */
  readonly mode: 'verify-full' | 'verify-ca';
  /** Secret of the CA's certificate; undefined: the CAs that the system trusts. */
  readonly caSecret: SecretKeyReference | undefined;
  /** Name to check, if it is not the host. */
  readonly serverName: string | undefined;
}

/** Secret with the credentials of an admin who may change passwords. */
export interface AdminSecretSpec {
  readonly name: string;
  /** Replaces the Secret's username. */
  readonly username: string | undefined;
  readonly usernameKey: string;
  readonly passwordKey: string;
}

/** Server that identifies users by password. */
export interface ServerTargetSpec {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsSpec;
  readonly adminSecret: AdminSecretSpec;
  /** One user, or two for `alternatingUsers`. Never taken from the Secret. */
  readonly usernames: readonly [string] | readonly [string, string];
  /** Key of the Secret for the user's name; undefined: it is not stored. */
  readonly usernameKey: string | undefined;
  /** Key of the Secret for the password: a generated key. */
  readonly passwordKey: string;
  /** Superusers, and the admin's own user, may be rotated. */
  readonly allowPrivileged: boolean;
}

export interface WebhookTargetSpec {
  readonly url: string;
  readonly tls: TlsSpec;
  /** Signs every request (HMAC-SHA-256). */
  readonly signingSecret: SecretKeyReference;
  readonly timeoutMs: number;
}

export type ServerKind = 'postgresql' | 'mysql' | 'mongodb' | 'redis';

export type TargetSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'webhook'; readonly webhook: WebhookTargetSpec }
  | { readonly kind: 'postgresql'; readonly server: ServerTargetSpec; readonly database: string }
  | {
      readonly kind: 'mysql';
      readonly server: ServerTargetSpec;
      /** Host part of the accounts, as in `'app'@'%'`. */
      readonly userHost: string;
    }
  | { readonly kind: 'mongodb'; readonly server: ServerTargetSpec; readonly authDatabase: string }
  | { readonly kind: 'redis'; readonly server: ServerTargetSpec };

/** Returns the key of the Secret that contains the password's user. */
export function usernameKeyOf(target: TargetSpec): string | undefined {
  return 'server' in target ? target.server.usernameKey : undefined;
}
