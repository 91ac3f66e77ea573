import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../model/kube-object.js';

/** Public key with the members of the API server's key set, in their order. RFC 7517, RFC 7518. */
export interface PublicJwk extends JsonObject {
  use: 'sig';
  kty: 'EC';
  kid: string;
  crv: 'P-256';
  alg: 'ES256';
  x: string;
  y: string;
}

/** Raw signature format, which RFC 7518, section 3.4 requires. */
const dsaEncoding = 'ieee-p1363';

/** Key that signs ServiceAccount tokens with ES256. */
export class SigningKey {
  readonly id: string;
  readonly jwk: PublicJwk;
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  /** Throws an Error if the PEM is not a P-256 private key. */
  constructor(privateKeyPem: string) {
    this.#private = createPrivateKey(privateKeyPem);
    if (this.#private.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
      throw new Error('the key of ServiceAccount tokens must be a P-256 key');
    }
    this.#public = createPublicKey(this.#private);
    const der = this.#public.export({ type: 'spki', format: 'der' });
    this.id = createHash('sha256').update(der).digest('base64url');
    const { x = '', y = '' } = this.#public.export({ format: 'jwk' });
    this.jwk = { use: 'sig', kty: 'EC', kid: this.id, crv: 'P-256', alg: 'ES256', x, y };
  }

  sign(text: string): string {
    return sign('sha256', Buffer.from(text), { key: this.#private, dsaEncoding }).toString(
      'base64url',
    );
  }

  isSignatureOf(text: string, signature: Buffer): boolean {
    return verify('sha256', Buffer.from(text), { key: this.#public, dsaEncoding }, signature);
  }
}
