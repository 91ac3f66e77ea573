import { GraphQLError, GraphQLScalarType } from 'graphql';

type SecretMapValue = Readonly<Record<string, unknown>>;

/** Values as input, only through a variable, so that query texts may be logged. */
export const SecretMap = new GraphQLScalarType<SecretMapValue, never>({
  name: 'SecretMap',
  description:
    'JSON object key → value. Input only. Only through a variable: a literal in the query text is ' +
    'refused, so query texts never hold a value.',
  serialize: () => {
    throw new GraphQLError('SecretMap is for input only');
  },
  parseValue: (value) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as SecretMapValue; // members are checked by the operation
    }
    throw new GraphQLError('SecretMap must be an object');
  },
  parseLiteral: () => {
    throw new GraphQLError('SecretMap takes its value from a variable only');
  },
});
