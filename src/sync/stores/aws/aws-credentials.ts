import type { SecretValue } from '../../../core/secret-value.js';

/** Key that signs requests. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: SecretValue;
  /** Undefined: the key is that of a user, and has no end. */
  readonly sessionToken: SecretValue | undefined;
}

export interface AwsCredentialSource {
  /** Returns a key. Throws OutboundFault; RemoteFault StoreDenied if the identity is refused. */
  credentials(signal: AbortSignal): Promise<AwsCredentials>;
  /** Forgets the key: AWS has refused it, or one of its rights. */
  drop(): void;
}

/** Returns the source of a key that an operator has stored. */
export function staticCredentials(key: Omit<AwsCredentials, 'sessionToken'>): AwsCredentialSource {
  const credentials = { ...key, sessionToken: undefined };
  return { credentials: () => Promise.resolve(credentials), drop: () => undefined };
}
