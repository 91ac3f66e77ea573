import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { StreamQuota } from '../../core/stream-quota.js';
import type { Answer } from './answer.js';
import type { RequestLifetimes } from './request-lifetimes.js';
import { ServerSentEvents, endConnectionAtStop, eventStreamHeaders } from './server-sent-events.js';

/** Comes before all events: a disconnected client reconnects after a second. */
export const firstFrame = 'retry: 1000\n\n';

export interface EventAnswersDependencies {
  readonly terms: RequestLifetimes;
  readonly places: StreamQuota;
}

/** Stream of groups of events, and how a group is written. */
export interface EventSource<Group> {
  /** Opens the stream, which the signal ends. Throws what the response then says. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Group>>;
  readonly render: (group: Group) => Buffer | string;
}

/**
 * Streams as responses of server-sent events. A stream is rendered only as fast as its client
 * reads. A stream ends like any response. So clients reconnect, and the next response reports the
 * reason.
 */
export class EventAnswers {
  readonly #parts: EventAnswersDependencies;
  readonly #events = new ServerSentEvents();

  constructor(parts: EventAnswersDependencies) {
    this.#parts = parts;
  }

  /** Answers with a stream. Throws TooManyRequests and errors of opening a stream. */
  answer<Group>(ctx: CallContext, request: FastifyRequest, source: EventSource<Group>): Answer {
    return { status: 200, takeOver: (reply) => this.#answer(ctx, request, reply, source) };
  }

  async #answer<Group>(
    ctx: CallContext,
    request: FastifyRequest,
    reply: FastifyReply,
    { open, render }: EventSource<Group>,
  ): Promise<void> {
    const { terms, places } = this.#parts;
    const place = places.take(ctx);
    const term = terms.hold(request, reply, ctx);
    try {
      const groups = (await open(term.signal))[Symbol.asyncIterator]();
      if (request.method === 'HEAD') {
        await groups.return?.();
        void reply.status(200).headers(eventStreamHeaders).send();
        return;
      }
      await this.#events.send(reply, framesOf(groups, render), term.signal);
      endConnectionAtStop(request, term);
    } finally {
      term.release();
      place.release();
    }
  }
}

async function* framesOf<Group>(
  groups: AsyncIterator<Group>,
  render: (group: Group) => Buffer | string,
): AsyncGenerator<Buffer | string, void, void> {
  try {
    yield firstFrame;
    for (let next = await groups.next(); next.done !== true; next = await groups.next()) {
      yield render(next.value);
    }
  } finally {
    await groups.return?.();
  }
}
