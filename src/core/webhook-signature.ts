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
  const signature = createHmac('sha256', key)
    .update(`${id}.${timestampSeconds}.`)
    .update(body)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': `v1,${signature}`,
  };
}
