import type { FastifyInstance } from 'fastify';
import { limits } from '../../core/limits.js';
import './request.js';
import type { RequestLimits } from './request-limits.js';

/**
 * Counts the bytes of every buffered response on every transport: a user who received too many
 * waits before the next request. Large concurrent reads are refused before they are sent; a write
 * has taken effect, so its response is sent. Lists are rendered as fast as their client reads.
 */
export function chargeAnswers(
  instance: FastifyInstance,
  requestLimits: Pick<RequestLimits, 'answered' | 'admitAnswer'>,
): void {
  instance.addHook('onSend', (request, _reply, payload, done) => {
    const { principal, method } = request;
    const bytes = sizeOf(payload) - limits.answerBytesFree;
    if (bytes > 0 && principal !== null) {
      if (method === 'GET') requestLimits.admitAnswer(principal, bytes);
      else requestLimits.answered(principal, bytes);
    }
    done(null, payload);
  });
}

/** Returns the size, for text in characters: long text is base64 or escaped. */
function sizeOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
