// @peculiar/x509 needs the metadata API when it is loaded, so this import must stay first.
import 'reflect-metadata';

import {
  createHmac,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  webcrypto,
} from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Sender of Standard Webhooks. */
export class WebhookSender {
  readonly secret = `whsec_${randomBytes(32).toString('base64')}`;

  /** Header fields of a webhook that is sent `ageMs` ago. */
  headersOf(body: string, { id = randomUUID(), ageMs = 0, secret = this.secret } = {}) {
    const timestamp = String(Math.floor((Date.now() - ageMs) / 1_000));
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signed}`,
    };
  }
}

/** Issuer of tokens of OpenID Connect, with a set of keys. */
export class TokenSender {
  readonly issuer = 'https://issuer.test';
  readonly keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
  readonly algorithm: string;
  readonly #keyId = randomUUID();

  private constructor(
    algorithm: string,
    keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey },
  ) {
    this.algorithm = algorithm;
    this.keys = keys;
  }

  static async create(algorithm = 'RS256'): Promise<TokenSender> {
    return new TokenSender(algorithm, await generateKeyPair(algorithm, { extractable: true }));
  }

  /** The set of keys, as its address has it. */
  async keySet(): Promise<{ readonly keys: readonly object[] }> {
    const jwk = await exportJWK(this.keys.publicKey);
    return { keys: [{ ...jwk, kid: this.#keyId, use: 'sig', alg: this.algorithm }] };
  }

  /** Signs a token with these claims; `seconds` until its end. */
  sign(claims: Readonly<Record<string, unknown>>, seconds = 600): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({ iss: this.issuer, iat: now - 60, exp: now + seconds, ...claims })
      .setProtectedHeader({ alg: this.algorithm, kid: this.#keyId, typ: 'JWT' })
      .sign(this.keys.privateKey);
  }
}

type SnsFields = Readonly<Record<string, string>>;

/** Topic of AWS SNS, with the certificate that signs its messages. */
export class SnsSender {
  readonly topicArn = 'arn:aws:sns:eu-west-1:123456789012:secrets';
  readonly certificatePath = '/SimpleNotificationService-0123456789abcdef.pem';
  /** PEM. */
  readonly certificate: string;
  readonly #key: KeyObject;

  private constructor(certificate: string, key: KeyObject) {
    this.certificate = certificate;
    this.#key = key;
  }

  /** `validMs`: since when and until when the certificate is valid, from now. */
  static async create(validMs: readonly [number, number] = [-3_600_000, 3_600_000]) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const { subtle } = webcrypto;
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const keys = {
      privateKey: await subtle.importKey('pkcs8', pkcs8, rsa, true, ['sign']),
      publicKey: await subtle.importKey('spki', spki, rsa, true, ['verify']),
    };
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=sns.amazonaws.com',
      notBefore: new Date(Date.now() + validMs[0]),
      notAfter: new Date(Date.now() + validMs[1]),
      keys,
      signingAlgorithm: rsa,
    });
    return new SnsSender(certificate.toString('pem'), privateKey);
  }

  /** A message as SNS sends it, whose places are at an origin. */
  message(origin: string, fields: SnsFields = {}, algorithm = 'RSA-SHA256'): SnsFields {
    const unsigned = {
      Type: 'Notification',
      MessageId: randomUUID(),
      TopicArn: this.topicArn,
      Message: '{}',
      Timestamp: new Date().toISOString(),
      SignatureVersion: '2',
      SigningCertURL: new URL(this.certificatePath, origin).href,
      ...fields,
    };
    const signature = createSign(algorithm).update(signedText(unsigned)).sign(this.#key, 'base64');
    return { ...unsigned, Signature: signature };
  }

  /** A request to confirm the subscription of the topic. */
  confirmation(origin: string, fields: SnsFields = {}): SnsFields {
    const url = new URL('/', origin);
    url.search = new URLSearchParams({
      Action: 'ConfirmSubscription',
      TopicArn: this.topicArn,
      Token: 'a-token-of-the-topic',
    }).toString();
    const own = { Type: 'SubscriptionConfirmation', Token: 'a-token-of-the-topic' };
    return this.message(origin, { ...own, SubscribeURL: url.href, ...fields });
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
function signedText(fields: SnsFields): string {
  const isConfirmation = fields['Type'] !== 'Notification';
  const names = isConfirmation
    ? ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
    : ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
  const signed = names.filter((name) => fields[name] !== undefined);
  return signed.map((name) => `${name}\n${fields[name]}\n`).join('');
}
