/** Why a bearer token is none, as `status.error` of a TokenReview says it. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  /** Without a reason: nothing that this issuer made. */
  constructor(reason?: string) {
    super(reason === undefined ? 'invalid bearer token' : `[invalid bearer token, ${reason}]`);
  }
}
