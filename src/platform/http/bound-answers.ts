import type { FastifyInstance } from 'fastify';
import { chargeAnswers } from './charge-answers.js';
import type { RequestLimits } from './request-limits.js';
import { sendInPieces } from './send-in-pieces.js';

/** Counts the bytes of responses, and sends long ones in pieces. */
export function boundAnswers(
  instance: FastifyInstance,
  requestLimits: Pick<RequestLimits, 'answered' | 'admitAnswer'>,
): void {
  chargeAnswers(instance, requestLimits);
  // A response in pieces has no known size.
  sendInPieces(instance);
}
