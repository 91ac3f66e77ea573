import { signatureHeaders } from '../../../core/webhook-signature.js';

export interface RequestToSign {
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  /** Another one for each request. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
}

/**
 * Returns headers that prove the sender of a request and its time. The payload of Standard Webhooks
 * is a body alone. Here it is `METHOD TARGET`, a line feed and the body, so that the signature of
 * one request is none for another name. Verifiers of Standard Webhooks take this payload.
 */
export function requestSignature(
  { method, target, id, timestampSeconds, body }: RequestToSign,
  key: Uint8Array,
): Readonly<Record<string, string>> {
  const line = Buffer.from(`${method} ${target}\n`, 'utf8');
  return signatureHeaders({ id, timestampSeconds, body: Buffer.concat([line, body]) }, key);
}
