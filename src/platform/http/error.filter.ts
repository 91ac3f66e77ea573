import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from './answer-error.js';
import { RefusalRecorder } from './refusal-recorder.js';
import { translateFrameworkError } from './translate-framework-error.js';

/** Final filter for all errors of all routes: records an unrecorded error, then responds. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #refusals: RefusalRecorder;

  constructor(refusals: RefusalRecorder) {
    this.#refusals = refusals;
  }

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    if (host.getType<string>() === 'graphql') throw thrown;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = await this.#refusals.recorded(request, translateFrameworkError(thrown));
    answerError(request, reply, error);
  }
}
