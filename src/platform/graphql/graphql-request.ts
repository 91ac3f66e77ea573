import { z } from 'zod';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { parseJson } from '../../core/parse-json.js';

const requestSchema = z.strictObject({
  query: z.string().optional(),
  documentId: z.string().optional(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/**
 * Parses a POST body by GraphQL over HTTP; no batches. `textOf` returns the text of a persisted
 * document. Throws BadRequest or Invalid.
 */
export function readGraphqlRequest(
  body: Uint8Array,
  textOf: (documentId: string) => string,
): GraphqlRequest {
  return graphqlRequestOf(parseJson(body), textOf);
}

/** Parses the members of a request, whatever transports it. Throws BadRequest. */
export function graphqlRequestOf(
  members: unknown,
  textOf: (documentId: string) => string,
): GraphqlRequest {
  const parsed = requestSchema.safeParse(members);
  if (!parsed.success) {
    throw badRequest('the body must be an object of query, variables and operationName');
  }
  const { query, documentId, variables, operationName } = parsed.data;
  return {
    query: textIn({ query, documentId }, textOf),
    ...(variables ? { variables } : {}),
    ...(operationName ? { operationName } : {}),
  };
}

/** Returns the text to execute. A request with two texts has two readings, and is refused. */
function textIn(
  {
    query,
    documentId,
  }: { readonly query?: string | undefined; readonly documentId?: string | undefined },
  textOf: (documentId: string) => string,
): string {
  if (query !== undefined && documentId !== undefined) {
    throw badRequest('the body must have query or documentId, not both');
  }
  if (documentId !== undefined) return textOf(documentId);
  if (query !== undefined) return query;
  throw badRequest('the body must have query or documentId');
}
