import { rotationLimits } from '../../../core/rotation-limits.js';
import { signatureHeaders } from '../../../core/webhook-signature.js';
import { WEBHOOK_SECRET_RULE, webhookKey } from '../../../platform/config/webhook-secret.js';
import type { SecretValue } from '../../../core/secret-value.js';
import { TargetFault } from '../../domain/target-fault.js';
import type { WebhookAnswer } from '../../domain/webhook/classify-reply.js';
import { type HttpsPlace, httpsExchange } from '../../../platform/outbound/https-exchange.js';

export interface SignedMessage {
  readonly url: URL;
  /** ID that is equal for equal content: a receiver processes it once. */
  readonly id: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Text of the signing key, as the receiver has it. */
  readonly signingKey: SecretValue;
}

export type PostPlace = Pick<HttpsPlace, 'address' | 'tls'>;

/**
 * Posts a message with a new signature each time, over id, time and body, by the scheme of Standard
 * Webhooks; see httpsExchange. Throws TargetFault Unsupported for an invalid key.
 */
export async function signedPost(
  { url, id, contentType, body, signingKey }: SignedMessage,
  { address, tls }: PostPlace,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const key = webhookKey(signingKey.revealText() ?? '');
  if (key === undefined) {
    throw new TargetFault('Unsupported', `the signing key is none: ${WEBHOOK_SECRET_RULE}`);
  }
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const headers = {
    'content-type': contentType,
    ...signatureHeaders({ id, timestampSeconds, body }, key),
  };
  const answerBytesMax = rotationLimits.webhookAnswerBytesMax;
  const place = { address, tls, answerBytesMax, reads: 'success' } as const;
  return httpsExchange({ method: 'POST', url, headers, body }, place, signal);
}
