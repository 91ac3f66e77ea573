import { timingSafeEqual } from 'node:crypto';
import { syncLimits } from '../../../core/sync-limits.js';
import { webhookMac } from '../../../core/webhook-signature.js';

/** Header fields and body of a signed webhook, as they were sent. */
export interface SignedWebhook {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Uint8Array;
}

/** No dot, which would separate the signed parts at another position. */
const ID = /^[!-\-/-~]{1,256}$/;
const SECONDS = /^\d{1,12}$/;
const SIGNATURE = /^v1,([A-Za-z0-9+/]{43}=)$/;
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** Returns the key of a signing secret; undefined for a text that is none. */
export function signingKeyOf(secret: string): Buffer | undefined {
  const [, encoded] = SECRET.exec(secret.trim()) ?? [];
  if (encoded === undefined) return undefined;
  const key = Buffer.from(encoded, 'base64');
  const { webhookSecretBytesMin, webhookSecretBytesMax } = syncLimits;
  const padded = key.toString('base64');
  const isPlain = encoded === padded || encoded === padded.replace(/=+$/, '');
  const isOfSize = key.length >= webhookSecretBytesMin && key.length <= webhookSecretBytesMax;
  return isPlain && isOfSize ? key : undefined;
}

/**
 * Reports whether one of the signatures was made with a key, for exactly this id, time and body, a
 * moment ago. Compares all signatures in constant time.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function isSignedWith(
  key: Uint8Array,
  { id = '', timestamp = '', signature = '', body }: SignedWebhook,
  nowMs: number,
): boolean {
  const expected = webhookMac({ id, timestamp, body }, key);
  const given = signature.split(' ').slice(0, syncLimits.webhookSignaturesMax);
  const equal = given.filter((one) => isEqual(SIGNATURE.exec(one)?.[1], expected));
  if (!ID.test(id) || !SECONDS.test(timestamp)) return false;
  const isNow = Math.abs(nowMs - Number(timestamp) * 1_000) <= syncLimits.webhookToleranceMs;
  return equal.length > 0 && isNow;
}

function isEqual(encoded: string | undefined, expected: Buffer): boolean {
  const given = Buffer.from(encoded ?? '', 'base64');
  const isWhole = given.length === expected.length;
  // The lengths are no secret, and the comparison needs equal ones.
  return timingSafeEqual(isWhole ? given : Buffer.alloc(expected.length), expected) && isWhole;
}
