import {
  type ExecutionResult as Result,
  type Server,
  type SubscribePayload,
  makeServer,
} from 'graphql-ws';
import {
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import { SallyportError, badRequest, toSallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { ProblemIds } from '../http/problem.js';
import { REQUEST } from './graphql-context.js';
import { type GraphqlRequest, graphqlRequestOf } from './graphql-request.js';
import type { GraphqlRouteOptions } from './graphql.route.js';
import type { SocketSession, SocketSessionDependencies } from './socket-session.js';
import { SubscriptionEnd } from './subscription-end.js';
import { Subscriptions, asGraphqlError } from './subscriptions.js';

export interface SocketProtocolDependencies
  extends GraphqlRouteOptions, Pick<SocketSessionDependencies, 'limits'> {}

/** State of a `subscribe` message from its beginning to its end. */
interface Subscribed {
  readonly session: SocketSession;
  readonly call: CallContext;
  end?: SubscriptionEnd;
}

/** Returns the graphql-transport-ws protocol: accepted messages, and the format of errors. */
export function socketProtocol(parts: SocketProtocolDependencies): Server<SocketSession> {
  const protocol = new SocketProtocol(parts);
  return makeServer<Record<string, unknown> | undefined, SocketSession>({
    connectionInitWaitTimeout: limits.socketInitMsMax,
    onConnect: ({ extra, connectionParams }) => extra.begin(connectionParams),
    onSubscribe: ({ extra, subscriptions }, _id, payload) =>
      protocol.begin(extra, payload, Object.keys(subscriptions).length),
    subscribe: (args) => protocol.execute(args),
    onNext: (_ctx, _id, payload, _args, result) => protocol.shown(payload, result),
    onError: (_ctx, _id, payload, errors) => protocol.formatted(payload, errors),
    onComplete: ({ extra }, _id, payload) => protocol.complete(extra, payload),
  });
}

class SocketProtocol {
  readonly #parts: SocketProtocolDependencies;
  readonly #subscriptions: Subscriptions;
  /** Keyed by message: a client may reuse an id before its first use has ended. */
  readonly #subscribed = new WeakMap<SubscribePayload, Subscribed>();

  constructor(parts: SocketProtocolDependencies) {
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(parts);
  }

  /** Returns the execution arguments, or the errors of a refusal. */
  async begin(
    session: SocketSession,
    payload: SubscribePayload,
    count: number,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { call: connection } = session;
    // graphql-ws has already refused unacknowledged clients.
    if (connection === undefined) throw new TypeError('nobody is known to have subscribed');
    const call = childContext(connection);
    this.#subscribed.set(payload, { session, call });
    try {
      await this.#admit(session, connection, count);
    } catch (error) {
      return [asGraphqlError(error)];
    }
    try {
      const prepared = this.#subscriptions.prepared(call, this.#requestOf(payload));
      if (Array.isArray(prepared)) {
        await this.#parts.recordRefusal(call, REQUEST, badRequest('the query is not valid'));
      }
      return prepared;
    } catch (error) {
      return [asGraphqlError(await this.#refused(call, error))];
    }
  }

  execute(args: ExecutionArgs): ReturnType<Subscriptions['execute']> {
    return this.#subscriptions.execute(args);
  }

  /** Formats a result. */
  shown(payload: SubscribePayload, result: Result): FormattedExecutionResult {
    this.#noteEnd(payload, result.errors ?? []);
    return this.#subscriptions.shown(this.#idsOf(payload), result);
  }

  /** Formats errors of `error` frames. */
  formatted(
    payload: SubscribePayload,
    errors: readonly GraphQLError[],
  ): readonly GraphQLFormattedError[] {
    this.#noteEnd(payload, errors);
    return this.#subscriptions.formatted(this.#idsOf(payload), errors);
  }

  /** Runs after the last frame was sent. */
  async complete(session: SocketSession, payload: SubscribePayload): Promise<void> {
    const closes = this.#subscribed.get(payload)?.end?.closes;
    if (closes !== undefined) await session.close(closes);
  }

  /** Returns the error to report: the given error, or the failure to record it. */
  async #refused(call: CallContext, error: unknown): Promise<unknown> {
    try {
      await this.#parts.recordRefusal(call, REQUEST, error);
      return error;
    } catch (failure) {
      return failure;
    }
  }

  /** Admits a subscription. Throws TooManyRequests. */
  async #admit(
    { request }: SocketSession,
    { principal }: CallContext,
    count: number,
  ): Promise<void> {
    const { limits: requestLimits, refusals } = this.#parts;
    try {
      requestLimits.admit(principal);
      if (count > limits.socketSubscriptionsMax) {
        const detail = `at most ${limits.socketSubscriptionsMax} subscriptions of a connection`;
        throw new SallyportError('TooManyRequests', detail);
      }
    } catch (error) {
      // Counted, and recorded with others of its kind.
      throw await refusals.recorded(request, toSallyportError(error));
    }
  }

  /** Reads a payload as the body of a POST is read. Throws BadRequest. */
  #requestOf(payload: SubscribePayload): GraphqlRequest {
    const documents = this.#parts.documents();
    return graphqlRequestOf(payload, (documentId) => documents.textOf(documentId));
  }

  #noteEnd(payload: SubscribePayload, errors: readonly GraphQLError[]): void {
    const end = errors.find(({ originalError }) => originalError instanceof SubscriptionEnd);
    const subscribed = this.#subscribed.get(payload);
    if (end && subscribed) subscribed.end = end.originalError as SubscriptionEnd; // found as one
  }

  #idsOf(payload: SubscribePayload): ProblemIds {
    const { requestId = '', auditId = '' } = this.#subscribed.get(payload)?.call ?? {};
    return { requestId, auditId };
  }
}
