import type { FastifyInstance } from 'fastify';
import { limits } from '../../core/limits.js';
import './request.js';
import type { RequestLimits } from './request-limits.js';

/**
 * Counts the bytes of every response that is held as a whole, whichever transport it leaves by: who
 * was sent too many waits before the next request. What many reads made at the same time is refused
 * before it is sent; a write has taken effect, and is answered. Lists are made as fast as their
 * client reads.
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

/** Of text its characters: what is text and long is base64 or escaped. */
function sizeOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
