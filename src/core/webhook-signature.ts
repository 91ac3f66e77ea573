import { createHmac } from 'node:crypto';

export interface SignedRequest {
  /** Equal for each redelivery of a request. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
}

/**
 * Returns headers that prove the sender of a body and the time. They are HMAC-SHA-256 over id, time
 * and body, as in Standard Webhooks, so that its verifiers work.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(
  { id, timestampSeconds, body }: SignedRequest,
  key: Uint8Array,
): Readonly<Record<string, string>> {
  const timestamp = String(timestampSeconds);
  const signature = webhookMac({ id, timestamp, body }, key).toString('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** Returns the MAC of a webhook; `timestamp`: seconds, as they are sent. */
export function webhookMac(
  { id, timestamp, body }: Pick<SignedRequest, 'id' | 'body'> & { readonly timestamp: string },
  key: Uint8Array,
): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
