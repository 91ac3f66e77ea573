import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentNode, ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { RequestParams } from 'graphql-http';
import { childContext } from '../../core/child-context.js';
import { type SallyportError, badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { isPreferred } from '../http/domain/accept.js';
import type { ProblemIds } from '../http/problem.js';
import type { RequestLifetimes } from '../http/request-lifetimes.js';
import { contextOf } from '../http/request.js';
import {
  ServerSentEvents,
  endConnectionAtStop,
  heartbeatFrame,
} from '../http/server-sent-events.js';
import type { executeSubscription } from './execute-subscription.js';
import { type Subscriptions, asGraphqlError } from './subscriptions.js';

const COMPLETE = 'event: complete\ndata:\n\n';
const STREAMED =
  'subscriptions are taken over a WebSocket at this path, or with Accept: text/event-stream';
const responseTypes = ['application/json', 'application/graphql-response+json'];

type Results = Awaited<ReturnType<typeof executeSubscription>>;

/** Valid subscription of a request. */
export interface RequestedSubscription {
  readonly document: DocumentNode;
  readonly given: Pick<RequestParams, 'variables' | 'operationName'>;
}

/** Reports whether the client requests events in place of one response. */
export function prefersEvents({ headers: { accept } }: FastifyRequest): boolean {
  return isPreferred(accept, 'text/event-stream', responseTypes);
}

/** Returns why a subscription gets no stream: it is bounded as over a WebSocket. */
export function streamRefusal(request: FastifyRequest): SallyportError | undefined {
  if (!prefersEvents(request)) return badRequest(STREAMED);
  const { socketMessageBytesMax: bytesMax } = limits;
  const isLarge = Buffer.isBuffer(request.body) && request.body.length > bytesMax;
  return isLarge ? badRequest(`a subscription has at most ${bytesMax} bytes`) : undefined;
}

/**
 * Subscriptions as responses of server-sent events: one request for each subscription.
 * https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode
 */
export class GraphqlEventStreams {
  readonly #subscriptions: Subscriptions;
  readonly #terms: RequestLifetimes;
  readonly #events = new ServerSentEvents();

  constructor(subscriptions: Subscriptions, terms: RequestLifetimes) {
    this.#subscriptions = subscriptions;
    this.#terms = terms;
  }

  /** Answers until the subscription ends, the client disconnects, or the request must end. */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { document, given }: RequestedSubscription,
  ): Promise<void> {
    // A stream lasts long, and needs no byte of its request.
    request.body = undefined;
    request.releaseBody?.();
    const call = contextOf(request);
    const term = this.#terms.hold(request, reply, call);
    const ends = call.signal ? [call.signal, term.signal] : [term.signal];
    const ctx = childContext(call, { signal: AbortSignal.any(ends) });
    try {
      const args = this.#subscriptions.argumentsOf(ctx, document, given);
      const results = await this.#subscriptions.execute(args);
      try {
        await this.#events.send(reply, this.#framesOf(ctx, results), soonAfter(term.signal));
      } finally {
        // No frame may have been read: the client may have left before the first.
        if (isStream(results)) await results.return();
      }
      endConnectionAtStop(request, term);
    } finally {
      term.release();
    }
  }

  async *#framesOf(ids: ProblemIds, results: Results): AsyncGenerator<string, void, void> {
    // The client learns that it is connected.
    yield heartbeatFrame;
    if (!isStream(results)) {
      yield nextFrame(this.#subscriptions.shown(ids, results));
    } else {
      yield* this.#eventsOf(ids, results);
    }
    yield COMPLETE;
  }

  async *#eventsOf(
    ids: ProblemIds,
    results: AsyncIterable<ExecutionResult>,
  ): AsyncGenerator<string, void, void> {
    try {
      for await (const result of results) yield nextFrame(this.#subscriptions.shown(ids, result));
    } catch (error) {
      const errors = this.#subscriptions.formatted(ids, [asGraphqlError(error)]);
      yield nextFrame({ errors });
    }
  }
}

function isStream(results: Results): results is Extract<Results, AsyncIterable<unknown>> {
  return Symbol.asyncIterator in results;
}

/** Renders a result; JSON contains no line end. */
function nextFrame(result: FormattedExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

/** Returns a signal that leaves time for the event that says why the stream ends. */
function soonAfter(signal: AbortSignal): AbortSignal {
  const later = new AbortController();
  const abort = (): void => {
    setTimeout(() => later.abort(), limits.streamUnreadEndMsMax).unref();
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return later.signal;
}
