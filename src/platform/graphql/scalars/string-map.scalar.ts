import { GraphQLError, GraphQLScalarType, Kind, type ObjectValueNode } from 'graphql';

type StringMapValue = Readonly<Record<string, string | null>>;

/** Labels and annotations; null members have a meaning only in a patch. */
export const StringMap = new GraphQLScalarType<StringMapValue, StringMapValue>({
  name: 'StringMap',
  description: 'JSON object of string to string (labels, annotations).',
  serialize: (value) => value as StringMapValue, // presenters make nothing else
  parseValue: checked,
  parseLiteral: (node) => {
    if (node.kind !== Kind.OBJECT) throw notAMap();
    return literal(node);
  },
});

function checked(value: unknown): StringMapValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAMap();
  const isText = (member: unknown) => typeof member === 'string' || member === null;
  if (!Object.values(value).every(isText)) throw notAMap();
  return value as StringMapValue; // checked member by member
}

function literal(node: ObjectValueNode): StringMapValue {
  return Object.fromEntries(
    node.fields.map(({ name, value }) => {
      if (name.value === '__proto__') throw notAMap();
      if (value.kind === Kind.NULL) return [name.value, null];
      if (value.kind !== Kind.STRING) throw notAMap();
      return [name.value, value.value];
    }),
  );
}

function notAMap(): GraphQLError {
  return new GraphQLError('StringMap must be an object of strings');
}
