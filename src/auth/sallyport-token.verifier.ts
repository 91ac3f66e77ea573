import { TOKEN_PREFIX } from '../tokens/domain/token-text.js';
import type { TokenVerification } from '../tokens/token-verification.js';
import {
  CredentialRefused,
  type CredentialVerifier,
  type PresentedToken,
  type Verified,
} from './credential-verifier.js';

/** Verifier of the gateway's own tokens: `sp_…`. */
export class SallyportTokenVerifier implements CredentialVerifier {
  readonly #verification: Pick<TokenVerification, 'verify' | 'isAtHand'>;

  constructor(verification: Pick<TokenVerification, 'verify' | 'isAtHand'>) {
    this.#verification = verification;
  }

  checksLocally(token: PresentedToken): boolean {
    return this.#verification.isAtHand(textOf(token));
  }

  claims(token: PresentedToken): boolean {
    return textOf(token).startsWith(TOKEN_PREFIX);
  }

  async verify(token: PresentedToken): Promise<Verified> {
    const verified = await this.#verification.verify(textOf(token));
    if ('refusal' in verified) throw new CredentialRefused(verified.refusal);
    return { principal: verified };
  }
}

function textOf({ value }: PresentedToken): string {
  return value.reveal().toString('ascii');
}
