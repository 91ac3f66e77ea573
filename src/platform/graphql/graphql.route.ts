import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import {
  type OperationArgs,
  type RequestParams,
  type ResponseInit,
  createHandler,
} from 'graphql-http';
import { AnswerBudget } from '../../core/answer-budget.js';
import {
  SallyportError,
  badRequest,
  toSallyportError,
  withAuditId,
} from '../../core/errors/sallyport-error.js';
import { LoopTurns } from '../../core/loop-turns.js';
import { limits } from '../../core/limits.js';
import { answerError } from '../http/answer-error.js';
import { mediaTypeOf } from '../http/domain/media-type.js';
import type { ProblemIds } from '../http/problem.js';
import type { RefusalRecorder } from '../http/refusal-recorder.js';
import { contextOf } from '../http/request.js';
import { auditIdOf, type GraphqlContext, REQUEST } from './graphql-context.js';
import { auditFailureOf, formatGraphqlError, formatGraphqlErrors } from './graphql-error.js';
import {
  type GraphqlEventStreams,
  type RequestedSubscription,
  streamRefusal,
} from './graphql-event-streams.js';
import { jsonPieces } from './json-pieces.js';
import { readGraphqlRequest } from './graphql-request.js';
import type { DocumentPreparation, Prepared } from './prepare-document.js';
import { refuseHeadersOfRest } from './refuse-headers-of-rest.js';
import { JSON_TYPE, acceptedMediaType, takesAnyMediaType } from './response-media-type.js';

/** Scheduler for pieces of all large results. */
const rendering = new LoopTurns();

/** State of a request, filled while it runs. */
interface RouteContext {
  /** Error that replaces the result: a record failed, or the request costs too much. */
  problem?: SallyportError;
  /** Set if the result is too long to be rendered in one piece. */
  large?: ExecutionResult;
  /** Set if a request failed before its execution began, e.g. for its variables. */
  isRefused?: boolean;
  /** Set if the response is a stream of events. */
  subscription?: RequestedSubscription;
  /** Set if the body is not a request of GraphQL over HTTP: 400 for either media type. */
  isMalformed?: boolean;
}

export interface GraphqlRouteOptions {
  /** Available once the application is initialized. */
  readonly documents: () => DocumentPreparation;
  readonly recordRefusal: GraphqlContext['recordRefusal'];
  readonly refusals: Pick<RefusalRecorder, 'recorded' | 'counted'>;
  /** Receives every error of a request, because GraphQL responds with 200. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** `POST /graphql` over graphql-http, the reference implementation of the protocol. */
export function addGraphqlRoute(
  instance: FastifyInstance,
  options: GraphqlRouteOptions,
  streams: GraphqlEventStreams,
): void {
  let handle: GraphqlHandler | undefined;
  instance.post('/graphql', { bodyLimit: limits.secretBodyBytesMax }, async (request, reply) => {
    if (mediaTypeOf(request.headers['content-type']) !== 'application/json') {
      throw new SallyportError('UnsupportedMediaType', 'the Content-Type must be application/json');
    }
    refuseHeadersOfRest(request);
    handle ??= createGraphqlHandler(options);
    return respond({ handle, streams }, request, reply);
  });
}

interface Responders {
  readonly handle: GraphqlHandler;
  readonly streams: GraphqlEventStreams;
}

async function respond(
  { handle, streams }: Responders,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | void> {
  const context: RouteContext = {};
  const [body, init] = await handle({
    method: 'POST',
    url: '/graphql',
    headers: { accept: acceptedMediaType(request) },
    body: null,
    raw: request,
    context,
  });
  if (context.problem) return answerError(request, reply, context.problem);
  if (context.subscription) return streams.answer(request, reply, context.subscription);
  void reply.status(statusOf(context, init)).headers(init.headers ?? {});
  if (takesAnyMediaType(request)) void reply.header('content-type', JSON_TYPE);
  if (context.large === undefined) return reply.send(body);
  return reply.send(Readable.from(jsonPieces(context.large, rendering), { objectMode: false }));
}

/** Returns the status of a response; plain JSON has 200 for each well-formed request. */
function statusOf({ isMalformed, isRefused }: RouteContext, init: ResponseInit): number {
  if (isMalformed) return 400;
  return isRefused && init.status === 200 && !isPlainJson(init) ? 400 : init.status;
}

type GraphqlHandler = ReturnType<typeof createGraphqlHandler>;

function createGraphqlHandler(options: GraphqlRouteOptions) {
  const { onError, recordRefusal } = options;
  const documents = options.documents();
  const { schema } = documents;
  return createHandler<FastifyRequest, RouteContext, ContextValue>({
    schema,
    parseRequestParams: async ({ raw, context }) => {
      try {
        const body = Buffer.isBuffer(raw.body) ? raw.body : Buffer.alloc(0);
        return readGraphqlRequest(body, (documentId) => documents.textOf(documentId));
      } catch (error) {
        context.isMalformed = true;
        await recordRefusal(contextOf(raw), REQUEST, error);
        throw formatGraphqlError(error, idsOf(raw));
      }
    },
    onSubscribe: ({ raw, context }, params) =>
      argumentsOf({ options, documents }, raw, context, params),
    onOperation: async ({ raw, context }, { contextValue }, result) => {
      const { errors, ...rest } = result as ExecutionResult; // no incremental delivery here
      const { isLarge } = (contextValue as ContextValue).budget;
      if (!errors) return isLarge ? inPieces(context, rest) : undefined;
      context.isRefused = !('data' in rest);
      for (const { originalError } of errors) {
        if (isThrown(originalError)) onError(originalError, raw.requestId);
      }
      const failure = auditFailureOf(errors) ?? (await unrecordedRest(raw, errors, recordRefusal));
      if (failure) context.problem = afterMutation(failure, rest.data);
      const shown = { ...rest, errors: formatGraphqlErrors(errors, idsOf(raw)) };
      return isLarge ? inPieces(context, shown) : shown;
    },
  });
}

/** Stores a large result, to be sent in pieces; returns a placeholder for status and headers. */
function inPieces(context: RouteContext, result: ExecutionResult): ExecutionResult {
  context.large = result;
  return { data: null };
}

interface RouteParts {
  readonly options: GraphqlRouteOptions;
  readonly documents: DocumentPreparation;
}

/** Returns the execution arguments, or the errors of a refusal that is already recorded. */
async function argumentsOf(
  { options, documents }: RouteParts,
  request: FastifyRequest,
  context: RouteContext,
  { query, variables, operationName }: RequestParams,
): Promise<readonly GraphQLError[] | OperationArgs<ContextValue>> {
  const { recordRefusal } = options;
  const prepared = preparedWithin(options, documents, request, query);
  if (prepared instanceof SallyportError) {
    context.problem = prepared;
    return formatGraphqlErrors([prepared], idsOf(request));
  }
  if ('errors' in prepared) {
    return refused(request, recordRefusal, prepared.errors, badRequest('the query is not valid'));
  }
  const { document } = prepared;
  const operation = getOperationAST(document, operationName)?.operation;
  if (operation === undefined) {
    return refused(request, recordRefusal, [badRequest('Unknown operation')]);
  }
  const invalid = documents.inputErrors(document, operationName, variables);
  if (invalid.length > 0) {
    return refused(request, recordRefusal, invalid, badRequest('the variables are not valid'));
  }
  if (operation === 'subscription') {
    const refusal = streamRefusal(request);
    if (refusal) return refused(request, recordRefusal, [refusal]);
    context.subscription = { document, given: { variables, operationName } };
    // No response: the stream is.
    return [new GraphQLError('the response is a stream')];
  }
  const contextValue = contextValueOf(request, options);
  const { schema } = documents;
  return { schema, document, contextValue, variableValues: variables, operationName };
}

/** Returns the document of a text; throws TooManyRequests beyond the caller's limit. */
function preparedWithin(
  { refusals }: GraphqlRouteOptions,
  documents: DocumentPreparation,
  request: FastifyRequest,
  query: string,
): Prepared | SallyportError {
  const call = contextOf(request);
  try {
    return documents.prepare(query, call.charge);
  } catch (error) {
    // Counted, and recorded with others of its kind.
    const known = toSallyportError(error);
    return withAuditId(known, refusals.counted(call, known));
  }
}

/** Records a request that is not executed; returns the errors of its response. */
async function refused(
  request: FastifyRequest,
  recordRefusal: GraphqlContext['recordRefusal'],
  errors: readonly Error[],
  refusal: Error | undefined = errors[0],
): Promise<readonly GraphQLError[]> {
  await recordRefusal(contextOf(request), REQUEST, refusal);
  return formatGraphqlErrors(errors, idsOf(request));
}

/** Records an error that no part has recorded; returns the failure of the record, if any. */
async function unrecordedRest(
  request: FastifyRequest,
  errors: readonly GraphQLError[],
  recordRefusal: GraphqlContext['recordRefusal'],
): Promise<SallyportError | undefined> {
  const rest = errors.find(({ originalError }) => auditIdOf(originalError) === undefined);
  if (rest === undefined) return undefined;
  const { originalError } = rest;
  const error = isThrown(originalError) ? originalError : badRequest('the query is not valid');
  try {
    await recordRefusal(contextOf(request), REQUEST, error);
    return undefined;
  } catch (failure) {
    return toSallyportError(failure);
  }
}

/** Rewords a failure: an earlier root field may have taken effect, which a 503 must not deny. */
function afterMutation(failure: SallyportError, data: ExecutionResult['data']): SallyportError {
  if (!data || Object.values(data).every((field) => field === null)) return failure;
  return new SallyportError(
    'OutcomeUnknown',
    'a part of the request may have taken effect, but the audit trail cannot be written',
    { cause: failure, headers: failure.headers },
  );
}

/** Reports whether a resolver threw it; language errors wrap nothing, or another language error. */
function isThrown(original: unknown): boolean {
  return original !== undefined && !(original instanceof GraphQLError);
}

/** Reports whether the older media type is used, for which GraphQL over HTTP requires 200. */
function isPlainJson({ headers }: ResponseInit): boolean {
  return headers?.['content-type']?.startsWith('application/json') === true;
}

function idsOf({ requestId, auditId }: FastifyRequest): ProblemIds {
  return { requestId, auditId };
}

/** Adds the index signature that graphql-http requires. */
type ContextValue = GraphqlContext & Record<PropertyKey, unknown>;

function contextValueOf(
  request: FastifyRequest,
  { recordRefusal, refusals }: Pick<GraphqlRouteOptions, 'recordRefusal' | 'refusals'>,
): ContextValue {
  const call = contextOf(request);
  let parts = 0;
  const countPart = (): void => {
    parts += 1;
    if (parts === 1) return;
    try {
      call.charge?.(1);
    } catch (error) {
      // Counted, and recorded with others of its kind.
      const known = toSallyportError(error);
      throw withAuditId(known, refusals.counted(call, known));
    }
  };
  const budget = new AnswerBudget({ spend: call.chargeAnswer });
  return { principal: call.principal, call, budget, recordRefusal, countPart };
}
