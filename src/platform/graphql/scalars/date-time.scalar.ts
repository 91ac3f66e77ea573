import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { z } from 'zod';

const rfc3339 = z.iso.datetime({ offset: true });

/** Input: RFC 3339 text. Output: UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'RFC 3339 time. In responses: UTC, with milliseconds.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => new Date(String(value)).toISOString(),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): string {
  if (isDateTime(value)) return new Date(value).toISOString();
  throw new GraphQLError('DateTime must be RFC 3339');
}

/** Reports whether a value is an RFC 3339 time with a zone. */
export function isDateTime(value: unknown): value is string {
  return typeof value === 'string' && rfc3339.safeParse(value).success;
}
