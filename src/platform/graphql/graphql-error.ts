import { GraphQLError } from 'graphql';
import { isUnrecorded } from '../../audit/audit-not-written.js';
import { SallyportError, badRequest, toSallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { auditIdShown, type ProblemIds } from '../http/problem.js';
import { auditIdOf } from './graphql-context.js';

/** Messages of graphql-js that name types, fields and variables, and quote no value. */
const shownAsTheyAre = [
  /^Cannot query field "\w+" on type "\w+"/,
  /^Unknown argument "\w+" on field "[\w.]+"/,
  /^Unknown (type|fragment|directive) "@?\w+"/,
  /^Field "\w+" (of type "[\w![\]]+" must have|must not have) a selection/,
  /^Field "\w+" argument "\w+" of type "[\w![\]]+" is required/,
  /^Field "[\w.]+" of required type "[\w![\]]+" was not provided/,
  /^Variable "\$\w+" (is not defined|is never used|of required type|of non-null type|of type)/,
  /^Fragment "\w+" (is never used|cannot be spread)/,
  /^Cannot spread fragment "\w+" within itself/,
  /^(one operation a document|nested deeper than|more than \d+|no @skip and no @include at)/,
  /^(Must provide|Unknown operation|Missing query|Invalid (query|variables|operationName))/,
  /^SecretMap takes its value from a variable only/,
  /^(DateTime|TimeOrAge|StringMap|SecretMap) must be /,
  /^Field "\w{1,64}" is not defined by type "\w+"/,
  /^GraphQL introspection has been disabled/,
  /^only persisted documents are executed$/,
];

/** Formats any error of a GraphQL request for the response: code, status and ids, never a value. */
export function formatGraphqlError(error: unknown, ids: ProblemIds): GraphQLError {
  const graphqlError = error instanceof GraphQLError ? error : undefined;
  // Resolvers' errors are wrapped; a coercion error of a scalar wraps an error of graphql-js.
  const original = graphqlError ? graphqlError.originalError : error;
  const known = isOurs(original) ? toSallyportError(original) : languageError(graphqlError);
  const { code, status, errors, members } = known;
  return new GraphQLError(known.message, {
    ...(graphqlError?.source && graphqlError.positions && !graphqlError.nodes
      ? { source: graphqlError.source, positions: graphqlError.positions }
      : {}),
    ...(graphqlError?.nodes ? { nodes: graphqlError.nodes } : {}),
    ...(graphqlError?.path ? { path: graphqlError.path } : {}),
    extensions: {
      code,
      status,
      requestId: ids.requestId,
      ...auditIdShown(known, auditIdOf(original) ?? ids.auditId),
      ...(errors.length > 0 ? { errors } : {}),
      ...members,
    },
  });
}

/** Formats the first errors of a request: each of many fields may have an error. */
export function formatGraphqlErrors(errors: readonly Error[], ids: ProblemIds): GraphQLError[] {
  return errors.slice(0, limits.errorsReportedMax).map((error) => formatGraphqlError(error, ids));
}

/** Returns the error of a failed record: the response must then contain no data. */
export function auditFailureOf(errors: readonly GraphQLError[]): SallyportError | undefined {
  for (const { originalError } of errors) {
    if (originalError instanceof SallyportError && isUnrecorded(originalError)) {
      return originalError;
    }
  }
  return undefined;
}

function isOurs(original: unknown): boolean {
  return original !== undefined && original !== null && !(original instanceof GraphQLError);
}

/** Converts parse, validation, limit and coercion errors. */
function languageError(error: GraphQLError | undefined): SallyportError {
  const message = error?.message.replace(/ Did you mean .*$/s, '') ?? '';
  const variable = /^Variable "(\$\w+)" got invalid value/.exec(message)?.[1];
  if (variable !== undefined) return badRequest(`Variable "${variable}" is not valid`);
  if (message.startsWith('Syntax Error')) {
    // graphql-js 16 writes "more that".
    const tokensMax = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/.exec(
      message,
    )?.[1];
    return badRequest(
      tokensMax === undefined ? 'the query has a syntax error' : `more than ${tokensMax} tokens`,
    );
  }
  const isKnown = shownAsTheyAre.some((pattern) => pattern.test(message));
  return badRequest(isKnown ? message : 'the query is not valid');
}
