import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { badRequest } from '../../core/errors/sallyport-error.js';
import type { Answer } from '../../platform/http/answer.js';
import { isPreferred } from '../../platform/http/domain/accept.js';
import type { RequestLifetimes } from '../../platform/http/request-lifetimes.js';
import {
  ServerSentEvents,
  endConnectionAtStop,
  eventStreamHeaders,
} from '../../platform/http/server-sent-events.js';
import { eventFrame, firstFrame } from '../domain/watch/event-frame.js';
import type { ChangeStreamQuota } from '../watch/change-stream-quota.js';
import type { ChangeRequest, ChangeStreams, StreamEvent } from '../watch/change-stream.js';

const LAST_EVENT_ID_CHARACTERS_MAX = 8_192;

/** Reports whether the client requests a stream in place of a list. */
export function asksForEvents({ headers: { accept } }: FastifyRequest): boolean {
  return isPreferred(accept, 'text/event-stream', ['application/json']);
}

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
  const [unknown] = Object.keys(others).filter((name) => others[name] !== undefined);
  if (unknown !== undefined) {
    const reason = 'has no meaning for a stream';
    const errors = [{ pointer: `/query/${unknown}`, reason }];
    throw badRequest(`${unknown} ${reason}`, errors);
  }
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

export interface EventStreamsDependencies {
  readonly changes: ChangeStreams;
  readonly terms: RequestLifetimes;
  readonly places: ChangeStreamQuota;
}

/**
 * Streams of changes as server-sent events. A stream is rendered only as fast as its client reads.
 * A stream ends like any response. So clients reconnect, and the next response reports the reason.
 */
export class EventStreams {
  readonly #parts: EventStreamsDependencies;
  readonly #events = new ServerSentEvents();
  /** Bytes of events that many streams share. */
  readonly #frames = new WeakMap<StreamEvent, Buffer>();

  constructor(parts: EventStreamsDependencies) {
    this.#parts = parts;
  }

  /** Answers with a stream. Throws TooManyRequests and errors of opening a stream. */
  answer(ctx: CallContext, request: FastifyRequest, asked: ChangeRequest): Answer {
    return { status: 200, takeOver: (reply) => this.#answer(ctx, request, reply, asked) };
  }

  async #answer(
    ctx: CallContext,
    request: FastifyRequest,
    reply: FastifyReply,
    asked: ChangeRequest,
  ): Promise<void> {
    const { changes, terms, places } = this.#parts;
    const place = places.take(ctx);
    const term = terms.hold(request, reply, ctx);
    try {
      const stream = await changes.open(ctx, asked, term.signal);
      const groups = stream.changes[Symbol.asyncIterator]();
      if (request.method === 'HEAD') {
        await groups.return?.();
        void reply.status(200).headers(eventStreamHeaders).send();
        return;
      }
      await this.#events.send(reply, this.#framesOf(groups), term.signal);
      endConnectionAtStop(request, term);
    } finally {
      term.release();
      place.release();
    }
  }

  async *#framesOf(groups: AsyncIterator<Group>): AsyncGenerator<Buffer | string, void, void> {
    try {
      yield firstFrame;
      for (let next = await groups.next(); next.done !== true; next = await groups.next()) {
        yield this.#bytesOf(next.value);
      }
    } finally {
      await groups.return?.();
    }
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
