import type { FastifyRequest } from 'fastify';
import { prefersEvents } from './graphql-event-streams.js';

/** The older media type of GraphQL over HTTP. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Reports whether the client takes any media type, and may know only the older. */
export function takesAnyMediaType({ headers: { accept = '*/*' } }: FastifyRequest): boolean {
  return /^\s*\*\/\*\s*(;|$)/.test(accept);
}

/** Returns the newer media type, unless the client accepts only plain JSON. */
export function acceptedMediaType(request: FastifyRequest): string {
  const { accept } = request.headers;
  const takesOnlyJson =
    accept?.includes('application/json') === true &&
    !/graphql-response\+json|\*/.test(accept) &&
    !prefersEvents(request);
  return takesOnlyJson ? 'application/json' : 'application/graphql-response+json';
}
