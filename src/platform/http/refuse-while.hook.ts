import type { FastifyInstance } from 'fastify';
import { unavailable, withAuditId } from '../../core/errors/sallyport-error.js';
import { answerError } from './answer-error.js';
import './request.js';

const RETRY_AFTER_SECONDS = 60;

/**
 * Responds to every request but public ones with 503 and the reason, while there is a reason.
 * Nothing is recorded: if the log cannot be trusted, nothing is added to it.
 */
export function refuseWhile(instance: FastifyInstance, reason: () => string | undefined): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const text = reason();
    if (text === undefined || request.routeOptions.config.public) {
      done();
      return;
    }
    const refusal = unavailable(text, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    answerError(request, reply, withAuditId(refusal, null));
  });
}
