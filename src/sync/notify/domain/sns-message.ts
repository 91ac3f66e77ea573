import { verify, type X509Certificate } from 'node:crypto';
import { syncLimits } from '../../../core/sync-limits.js';
import { type SnsNotifySpec, snsOriginOf } from '../../domain/notify-spec.js';
import { isObject, textMember } from './json-members.js';

const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    ...['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  ],
  UnsubscribeConfirmation: [
    ...['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  ],
};
/** Only SHA-256: version 1 signs a hash of SHA-1. */
const SIGNATURE_VERSION = '2';
const BASE64 = /^[A-Za-z0-9+/]{1,1024}={0,2}$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/;
const MESSAGE_ID = /^[A-Za-z0-9-]{1,128}$/;

/** Message of AWS SNS with the places that its store allows; its signature is not checked yet. */
export interface SnsMessage {
  readonly type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly id: string;
  readonly message: string;
  readonly signedText: string;
  readonly signature: Buffer;
  readonly certificateUrl: URL;
  /** Undefined unless it is a confirmation. */
  readonly subscribeUrl: URL | undefined;
}

/**
 * Returns a message of exactly the topic of a store; undefined for any other body: of another
 * topic, host or version, or too old.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function readSnsMessage(
  body: unknown,
  spec: SnsNotifySpec,
  nowMs: number,
): SnsMessage | undefined {
  if (!isObject(body)) return undefined;
  const text = (name: string): string => textMember(body, name) ?? '';
  const type = text('Type');
  const signed = Object.hasOwn(SIGNED, type) ? SIGNED[type] : undefined;
  const isOfTopic = text('TopicArn') === spec.topicArn;
  if (signed === undefined || !isOfTopic || text('SignatureVersion') !== SIGNATURE_VERSION) {
    return undefined;
  }
  const origin = snsOriginOf(spec);
  const certificateUrl = urlOn(origin, text('SigningCertURL'));
  const isCertificate = certificateUrl !== undefined && isCertificatePath(certificateUrl);
  const [id, signature] = [text('MessageId'), text('Signature')];
  const isWhole = MESSAGE_ID.test(id) && BASE64.test(signature);
  if (!isCertificate || !isWhole || !isRecent(text('Timestamp'), nowMs)) return undefined;
  const isConfirmation = type !== 'Notification';
  const subscribeUrl = isConfirmation ? urlOn(origin, text('SubscribeURL')) : undefined;
  return {
    type: type as SnsMessage['type'],
    id,
    message: text('Message'),
    signedText: signedTextOf(body, signed),
    signature: Buffer.from(signature, 'base64'),
    certificateUrl,
    subscribeUrl: subscribeUrl && isOfSubscription(subscribeUrl, spec) ? subscribeUrl : undefined,
  };
}

/**
 * Reports whether a certificate that is valid now has signed a message.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function isSignedBy(
  { signedText, signature }: Pick<SnsMessage, 'signedText' | 'signature'>,
  certificate: X509Certificate,
  nowMs: number,
): boolean {
  const { publicKey, validFromDate, validToDate } = certificate;
  if (nowMs < validFromDate.getTime() || nowMs > validToDate.getTime()) return false;
  if (publicKey.asymmetricKeyType !== 'rsa') return false;
  return verify('sha256', Buffer.from(signedText, 'utf8'), publicKey, signature);
}

/** Returns a URL of exactly this origin, without user and fragment. */
function urlOn(origin: string, text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || url.origin !== origin || url.protocol !== 'https:') return undefined;
  return url.username + url.password + url.hash === '' ? url : undefined;
}

function isCertificatePath({ pathname, search }: URL): boolean {
  return search === '' && CERTIFICATE_PATH.test(pathname);
}

/** Reports whether a URL confirms a subscription of exactly this topic. */
function isOfSubscription({ pathname, searchParams }: URL, { topicArn }: SnsNotifySpec): boolean {
  const only = (name: string): string | undefined => {
    const [first, ...others] = searchParams.getAll(name);
    return others.length === 0 ? first : undefined;
  };
  const isConfirmation = pathname === '/' && only('Action') === 'ConfirmSubscription';
  return isConfirmation && only('TopicArn') === topicArn && only('Token') !== undefined;
}

function isRecent(timestamp: string, nowMs: number): boolean {
  return Math.abs(nowMs - Date.parse(timestamp)) <= syncLimits.snsMessageMsMax;
}

function signedTextOf(body: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  const present = names.flatMap((name) => {
    const value = textMember(body, name);
    return value === undefined ? [] : [`${name}\n${value}\n`];
  });
  return present.join('');
}
