import type { SecretValue } from '../../core/secret-value.js';

export interface AccountTokenRequest {
  readonly namespace: string;
  /** Name of the ServiceAccount. */
  readonly name: string;
  readonly audience: string;
}

export type AccountTokenReason = 'AccountMissing' | 'TokenForbidden' | 'AudienceRefused';

/** Failure to get a token of a ServiceAccount that a store may see. */
export class AccountTokenFault extends Error {
  override readonly name = 'AccountTokenFault';
  readonly reason: AccountTokenReason;

  constructor(reason: AccountTokenReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Port for short-lived tokens of ServiceAccounts. */
export abstract class AccountTokens {
  /**
   * Returns a new token for one audience. Throws AccountTokenFault, and Unavailable if the cluster
   * does not answer. Never a token that the API server accepts.
   */
  abstract token(request: AccountTokenRequest, signal: AbortSignal): Promise<SecretValue>;
}
