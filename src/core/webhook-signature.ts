import { createHmac } from 'node:crypto';

export interface SignedRequest {
  /** The same whenever the same is sent again. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
}

/**
 * Headers by which a receiver knows who sent a body, and when: HMAC-SHA-256 over id, time and body,
 * as Standard Webhooks has it, so that its verifiers work.
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
