import {
  type DocumentNode,
  type ExecutionArgs,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  getOperationAST,
} from 'graphql';
import type { RequestParams } from 'graphql-http';
import { AnswerBudget } from '../../core/answer-budget.js';
import type { CallContext } from '../../core/call-context.js';
import { badRequest, toSallyportError } from '../../core/errors/sallyport-error.js';
import type { ProblemIds } from '../http/problem.js';
import type { RequestLimits } from '../http/request-limits.js';
import { executeSubscription } from './execute-subscription.js';
import type { GraphqlContext } from './graphql-context.js';
import { auditFailureOf, formatGraphqlErrors } from './graphql-error.js';
import type { GraphqlRequest } from './graphql-request.js';
import type { DocumentPreparation } from './prepare-document.js';
import { SubscriptionEnd } from './subscription-end.js';

export interface SubscriptionsDependencies {
  readonly documents: () => DocumentPreparation;
  readonly recordRefusal: GraphqlContext['recordRefusal'];
  readonly limits: Pick<RequestLimits, 'admit'>;
  /** Receives every error of a subscription. */
  readonly onError: (error: unknown, requestId: string) => void;
}

interface SubscriptionResult {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** Subscriptions, whatever transports them. */
export class Subscriptions {
  readonly #parts: SubscriptionsDependencies;

  constructor(parts: SubscriptionsDependencies) {
    this.#parts = parts;
  }

  /**
   * Returns the execution arguments, or the errors of an invalid document or of invalid variables.
   * Throws BadRequest for other operations, and TooManyRequests.
   */
  prepared(
    call: CallContext,
    { query, variables, operationName }: GraphqlRequest,
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
    return this.argumentsOf(call, document, { variables, operationName });
  }

  /** Returns the execution arguments of a valid document with valid variables. */
  argumentsOf(
    call: CallContext,
    document: DocumentNode,
    { variables, operationName }: Pick<RequestParams, 'variables' | 'operationName'>,
  ): ExecutionArgs {
    const { recordRefusal, documents } = this.#parts;
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
    const { schema } = documents();
    return { schema, document, contextValue, variableValues: variables, operationName };
  }

  /** Begins a subscription; each event has its own limits. */
  execute(args: ExecutionArgs): ReturnType<typeof executeSubscription> {
    const context = args.contextValue as GraphqlContext; // made above
    const countPart = (): void => void this.#parts.limits.admit(context.principal);
    const contextOfEvent = (): GraphqlContext => {
      const budget = new AnswerBudget({ spend: context.call.chargeAnswer });
      return { ...context, countPart, budget };
    };
    return executeSubscription(args, contextOfEvent);
  }

  /** Formats a result; without any data if its record failed. */
  shown(ids: ProblemIds, { data, errors }: SubscriptionResult): FormattedExecutionResult {
    const failure = errors && auditFailureOf(errors);
    const known = failure ? [asGraphqlError(failure)] : errors;
    return {
      ...(data === undefined ? {} : { data: failure ? null : data }),
      ...(known ? { errors: this.formatted(ids, known) } : {}),
    };
  }

  /** Formats errors, and reports those that are no end of a subscription. */
  formatted(ids: ProblemIds, errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] {
    for (const { originalError } of errors) {
      const isReported = originalError && !(originalError instanceof GraphQLError);
      if (isReported && !(originalError instanceof SubscriptionEnd)) {
        this.#parts.onError(originalError, ids.requestId);
      }
    }
    return formatGraphqlErrors(errors, ids).map((error) => error.toJSON());
  }
}

/** Wraps any error as an error of GraphQL. */
export function asGraphqlError(error: unknown): GraphQLError {
  const originalError = toSallyportError(error);
  return new GraphQLError(originalError.message, { originalError });
}
