import { rotationLimits } from '../../../core/rotation-limits.js';
import { TargetFault } from '../../domain/target-fault.js';
import type { WebhookCall, WebhookConnection, WebhookTarget } from '../../domain/webhook-target.js';
import { classifyReply } from '../../domain/webhook/classify-reply.js';
import { signedPost } from './signed-post.js';
import { webhookBody } from './webhook-body.js';

/** Opens a receiver at an https address. Throws TargetFault Unsupported for another address. */
export function openWebhookTarget(connection: WebhookConnection): WebhookTarget {
  const { webhook, ca, signingKey } = connection;
  const url = receiverUrl(webhook.url);
  const timeoutMs = Math.min(webhook.timeoutMs, rotationLimits.targetCallMsMax);
  return {
    async call(call, signal) {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const message = {
        url,
        id: messageId(call),
        contentType: 'application/json',
        body: webhookBody(call),
        signingKey,
      };
      const address = await connection.resolve(bounded);
      const place = { address, tls: { mode: webhook.tls.mode, ca } };
      return classifyReply(await signedPost(message, place, bounded));
    },
  };
}

/** Returns an id that is equal for all attempts of a step. */
function messageId({ runId, step, ends }: WebhookCall): string {
  return ends === 'pending' ? `${runId}-${step}-pending` : `${runId}-${step}`;
}

function receiverUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url;
  throw new TargetFault('Unsupported', 'the address of the receiver is not a plain https one');
}
