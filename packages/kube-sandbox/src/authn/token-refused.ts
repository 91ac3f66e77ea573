/** Refusal of a bearer token, with the text of a TokenReview's `status.error`. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  /** Without a reason: the token does not come from this issuer. */
  constructor(reason?: string) {
    super(reason === undefined ? 'invalid bearer token' : `[invalid bearer token, ${reason}]`);
  }
}
