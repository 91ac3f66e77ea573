import { z } from 'zod';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { parseJson } from '../../core/parse-json.js';

const requestSchema = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** Parses a POST body by GraphQL over HTTP; no batches. Throws BadRequest or Invalid. */
export function readGraphqlRequest(body: Uint8Array): GraphqlRequest {
  const parsed = requestSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    throw badRequest('the body must be an object of query, variables and operationName');
  }
  const { query, variables, operationName } = parsed.data;
  return {
    query,
    ...(variables ? { variables } : {}),
    ...(operationName ? { operationName } : {}),
  };
}
