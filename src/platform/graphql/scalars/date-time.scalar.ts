import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { z } from 'zod';

const rfc3339 = z.iso.datetime({ offset: true });
/** As REST accepts it; the reader of the input converts it first. */
const AGE = /^\d{1,6}[smhdw]$/;

/** Input: RFC 3339 text or an age. Output: UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description:
    'RFC 3339 time, UTC, milliseconds. As since and until also an age such as 24h or 30d.',
  serialize: (value) => new Date(String(value)).toISOString(),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): string {
  if (typeof value === 'string' && rfc3339.safeParse(value).success) {
    return new Date(value).toISOString();
  }
  if (typeof value === 'string' && AGE.test(value)) return value;
  throw new GraphQLError('DateTime must be RFC 3339, or an age such as 30d');
}
