import {
  type ExecutionResult as Result,
  type Server,
  type SubscribePayload,
  makeServer,
} from 'graphql-ws';
import {
  type ExecutionArgs,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  getOperationAST,
} from 'graphql';
import { AnswerBudget } from '../../core/answer-budget.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import { SallyportError, badRequest, toSallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { executeSubscription } from './execute-subscription.js';
import { type GraphqlContext, REQUEST } from './graphql-context.js';
import { auditFailureOf, formatGraphqlErrors } from './graphql-error.js';
import type { GraphqlRouteOptions } from './graphql.route.js';
import type { SocketSession, SocketSessionDependencies } from './socket-session.js';
import { SubscriptionEnd } from './subscription-end.js';

export interface SocketProtocolDependencies
  extends GraphqlRouteOptions, Pick<SocketSessionDependencies, 'limits'> {}

/** A `subscribe` message from its beginning to its end. */
interface Subscribed {
  readonly session: SocketSession;
  readonly call: CallContext;
  end?: SubscriptionEnd;
}

/** The protocol of graphql-transport-ws: what it takes, and how errors leave it. */
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
  /** By their messages: a client may give an id again before its first use has ended. */
  readonly #subscribed = new WeakMap<SubscribePayload, Subscribed>();

  constructor(parts: SocketProtocolDependencies) {
    this.#parts = parts;
  }

  /** What is executed, or why nothing is. */
  async begin(
    session: SocketSession,
    payload: SubscribePayload,
    count: number,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { call: connection } = session;
    // graphql-ws has refused who was not acknowledged.
    if (connection === undefined) throw new TypeError('nobody is known to have subscribed');
    const call = childContext(connection);
    this.#subscribed.set(payload, { session, call });
    try {
      await this.#admit(session, connection, count);
    } catch (error) {
      return [wrapped(error)];
    }
    try {
      const prepared = this.#prepared(call, payload);
      if (Array.isArray(prepared)) {
        await this.#parts.recordRefusal(call, REQUEST, badRequest('the query is not valid'));
      }
      return prepared;
    } catch (error) {
      return [wrapped(await this.#refused(call, error))];
    }
  }

  execute(args: ExecutionArgs) {
    const context = args.contextValue as GraphqlContext; // made below
    const { limits: requestLimits } = this.#parts;
    const countPart = (): void => void requestLimits.admit(context.principal);
    const contextOfEvent = (): GraphqlContext => {
      const budget = new AnswerBudget({ spend: context.call.chargeAnswer });
      return { ...context, countPart, budget };
    };
    return executeSubscription(args, contextOfEvent);
  }

  /** A result as it leaves; without any data where a record of it could not be made. */
  shown(payload: SubscribePayload, { data, errors }: Result): FormattedExecutionResult {
    const failure = errors && auditFailureOf(errors);
    const known = failure ? [wrapped(failure)] : errors;
    return {
      ...(data === undefined ? {} : { data: failure ? null : data }),
      ...(known ? { errors: this.formatted(payload, known) } : {}),
    };
  }

  /** Errors as they leave, on `next` and `error` frames alike. */
  formatted(
    payload: SubscribePayload,
    errors: readonly GraphQLError[],
  ): readonly GraphQLFormattedError[] {
    const subscribed = this.#subscribed.get(payload);
    const { requestId = '', auditId = '' } = subscribed?.call ?? {};
    for (const { originalError } of errors) {
      if (originalError instanceof SubscriptionEnd) {
        if (subscribed) subscribed.end = originalError;
      } else if (originalError && !(originalError instanceof GraphQLError)) {
        this.#parts.onError(originalError, requestId);
      }
    }
    return formatGraphqlErrors(errors, { requestId, auditId }).map((error) => error.toJSON());
  }

  /** Once its last frame has left. */
  async complete(session: SocketSession, payload: SubscribePayload): Promise<void> {
    const closes = this.#subscribed.get(payload)?.end?.closes;
    if (closes !== undefined) await session.close(closes);
  }

  /** The error to tell: the given one, or why it could not be recorded. */
  async #refused(call: CallContext, error: unknown): Promise<unknown> {
    try {
      await this.#parts.recordRefusal(call, REQUEST, error);
      return error;
    } catch (failure) {
      return failure;
    }
  }

  /** Throws TooManyRequests. */
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
      // Counted, and written down with others of its kind.
      throw await refusals.recorded(request, toSallyportError(error));
    }
  }

  #prepared(
    call: CallContext,
    { query, variables, operationName }: SubscribePayload,
  ): ExecutionArgs | readonly GraphQLError[] {
    const documents = this.#parts.documents();
    const prepared = documents.prepare(query, call.charge);
    if ('errors' in prepared) return prepared.errors;
    const { document } = prepared;
    const operation = getOperationAST(document, operationName)?.operation;
    if (operation === undefined) throw badRequest('Unknown operation');
    if (operation !== 'subscription') {
      throw badRequest('only subscriptions are taken over a WebSocket; use POST for others');
    }
    const refused = documents.inputErrors(document, operationName, variables);
    if (refused.length > 0) return refused;
    const { recordRefusal } = this.#parts;
    const { principal } = call;
    // Each event brings a context of its own, which counts.
    const countPart = (): void => undefined;
    const contextValue: GraphqlContext = {
      principal,
      call,
      recordRefusal,
      countPart,
      budget: new AnswerBudget(),
    };
    const { schema } = documents;
    return { schema, document, contextValue, variableValues: variables, operationName };
  }
}

function wrapped(error: unknown): GraphQLError {
  const originalError = toSallyportError(error);
  return new GraphQLError(originalError.message, { originalError });
}
