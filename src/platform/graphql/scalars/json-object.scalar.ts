import { GraphQLError, GraphQLScalarType, valueFromASTUntyped } from 'graphql';

type JsonObject = Readonly<Record<string, unknown>>;

/** JSON object as input; the operation checks its content. */
export const JSONObject = new GraphQLScalarType<JsonObject, never>({
  name: 'JSONObject',
  serialize: () => {
    throw new GraphQLError('JSONObject is for input only');
  },
  parseValue: parsed,
  parseLiteral: (node, variables) => parsed(valueFromASTUntyped(node, variables)),
});

function parsed(value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject; // members are checked by the operation
  }
  throw new GraphQLError('JSONObject must be an object');
}
