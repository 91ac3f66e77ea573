import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { badRequest } from '../../core/errors/sallyport-error.js';
import type { Answer } from '../../platform/http/answer.js';
import { EventAnswers, type EventAnswersDependencies } from '../../platform/http/event-answers.js';
import { refuseListParameters } from '../../platform/http/event-requests.js';
import { eventFrame } from '../domain/watch/event-frame.js';
import type { ChangeRequest, ChangeStreams, StreamEvent } from '../watch/change-stream.js';

const LAST_EVENT_ID_CHARACTERS_MAX = 8_192;

interface StreamInput {
  readonly params: { readonly namespace: string };
  readonly query: Readonly<Record<string, unknown>> & {
    readonly labelSelector?: string | undefined;
    readonly fieldSelector?: string | undefined;
  };
}

/** Returns a stream's request. Throws BadRequest for list parameters without a meaning here. */
export function changeRequest(
  { params, query }: StreamInput,
  request: FastifyRequest,
): ChangeRequest {
  const { labelSelector, fieldSelector, ...others } = query;
  refuseListParameters(others);
  const after = lastEventId(request);
  return { ...params, labelSelector, fieldSelector, after };
}

function lastEventId(request: FastifyRequest): string | undefined {
  const id = request.headers['last-event-id'];
  if (id === undefined || id === '') return undefined;
  if (typeof id === 'string' && id.length <= LAST_EVENT_ID_CHARACTERS_MAX) return id;
  throw badRequest(`Last-Event-ID has at most ${LAST_EVENT_ID_CHARACTERS_MAX} characters`);
}

type Group = readonly StreamEvent[];

export interface EventStreamsDependencies extends EventAnswersDependencies {
  readonly changes: ChangeStreams;
}

/** Streams of changes of Secrets as server-sent events. */
export class EventStreams {
  readonly #changes: ChangeStreams;
  readonly #answers: EventAnswers;
  /** Bytes of events that many streams share. */
  readonly #frames = new WeakMap<StreamEvent, Buffer>();

  constructor({ changes, ...answers }: EventStreamsDependencies) {
    this.#changes = changes;
    this.#answers = new EventAnswers(answers);
  }

  /** Answers with a stream. Throws TooManyRequests and errors of opening a stream. */
  answer(ctx: CallContext, request: FastifyRequest, asked: ChangeRequest): Answer {
    return this.#answers.answer<Group>(ctx, request, {
      open: async (signal) => (await this.#changes.open(ctx, asked, signal)).changes,
      render: (group) => this.#bytesOf(group),
    });
  }

  #bytesOf(group: Group): Buffer {
    const frames = group.map((told) => {
      const bytes = this.#frames.get(told) ?? Buffer.from(eventFrame(told));
      this.#frames.set(told, bytes);
      return bytes;
    });
    const [first] = frames;
    return first !== undefined && frames.length === 1 ? first : Buffer.concat(frames);
  }
}
