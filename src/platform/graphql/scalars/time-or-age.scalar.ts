import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isDateTime } from './date-time.scalar.js';

/** As REST accepts it; the operation converts it. */
const AGE = /^\d{1,6}[smhdw]$/;

/** Time of a filter, as input only: RFC 3339 text, or an age. */
export const TimeOrAge = new GraphQLScalarType<string, never>({
  name: 'TimeOrAge',
  description: 'RFC 3339 time, or an age such as 24h or 30d. Input only.',
  serialize: () => {
    throw new GraphQLError('TimeOrAge is for input only');
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): string {
  if (isDateTime(value)) return new Date(value).toISOString();
  if (typeof value === 'string' && AGE.test(value)) return value;
  throw new GraphQLError('TimeOrAge must be RFC 3339, or an age such as 30d');
}
