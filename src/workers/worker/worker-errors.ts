import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { answerError } from '../../http/answer-error.js';
import type { RefusalRecorder } from '../../http/refusal-recorder.js';
import '../../http/request.js';
import { translateFrameworkError } from '../../http/translate-framework-error.js';
import { EventDeclined, type EventPasser } from './event-passer.js';
import type { PassOn } from './pass-on.js';

export interface WorkerErrorParts {
  readonly refusals: Pick<RefusalRecorder, 'recorded'>;
  readonly events: Pick<EventPasser, 'fieldsOf'>;
  readonly passOn: Pick<PassOn, 'pass'>;
}

/**
 * Ends every error as the main process would: on record if it is not, then answered. A request
 * whose event was declined is passed on, for nothing was done or recorded for it here.
 */
export function addWorkerErrors(instance: FastifyInstance, parts: WorkerErrorParts): void {
  const { refusals, events, passOn } = parts;
  instance.addHook('onSend', (request, reply, _payload, done) => {
    const fields = request.callContext && events.fieldsOf(request.callContext);
    if (fields) void reply.headers(fields);
    done();
  });
  instance.setErrorHandler(async (thrown, request, reply) => {
    if (isDeclined(thrown)) return pass(request, reply, passOn);
    const error = await refusals.recorded(request, translateFrameworkError(thrown));
    if (isDeclined(error)) return pass(request, reply, passOn);
    return answerError(request, reply, error);
  });
}

function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  passOn: Pick<PassOn, 'pass'>,
): FastifyReply {
  reply.hijack();
  passOn.pass(request.raw, reply.raw);
  return reply;
}

function isDeclined(error: unknown): boolean {
  return error instanceof SallyportError && error.cause instanceof EventDeclined;
}
