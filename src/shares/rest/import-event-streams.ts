import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { Answer } from '../../platform/http/answer.js';
import { EventAnswers, type EventAnswersDependencies } from '../../platform/http/event-answers.js';
import { type ImportEvent, importEventFrame } from '../domain/import-events.js';
import type { ImportStreams } from '../watch/import-streams.js';

export interface ImportEventStreamsDependencies extends EventAnswersDependencies {
  readonly streams: ImportStreams;
}

/** Streams of imports as server-sent events. */
export class ImportEventStreams {
  readonly #streams: ImportStreams;
  readonly #answers: EventAnswers;

  constructor({ streams, ...answers }: ImportEventStreamsDependencies) {
    this.#streams = streams;
    this.#answers = new EventAnswers(answers);
  }

  /** Answers with a stream. Throws TooManyRequests and errors of opening a stream. */
  answer(ctx: CallContext, request: FastifyRequest, namespace: string): Answer {
    return this.#answers.answer<readonly ImportEvent[]>(ctx, request, {
      open: (signal) => this.#streams.open(ctx, namespace, signal),
      render: (events) => events.map(importEventFrame).join(''),
    });
  }
}
