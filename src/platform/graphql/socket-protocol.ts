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
  /** Keyed by message: a client may reuse an id before its first use has ended. */
  readonly #subscribed = new WeakMap<SubscribePayload, Subscribed>();

  constructor(parts: SocketProtocolDependencies) {
    this.#parts = parts;
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

  /** Formats a result; without any data if its record failed. */
  shown(payload: SubscribePayload, { data, errors }: Result): FormattedExecutionResult {
    const failure = errors && auditFailureOf(errors);
    const known = failure ? [wrapped(failure)] : errors;
    return {
      ...(data === undefined ? {} : { data: failure ? null : data }),
      ...(known ? { errors: this.formatted(payload, known) } : {}),
    };
  }

  /** Formats errors for `next` and `error` frames alike. */
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
    // Each event has its own context, which counts.
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
