import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  defaultFieldResolver,
  getNamedType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { GraphqlContext } from './graphql-context.js';

/** Charged when the Secret was read, before any value was decoded. */
const chargedBefore: ReadonlySet<string> = new Set([
  'Secret.value',
  'SecretValue.key',
  'SecretValue.text',
  'SecretValue.base64',
]);
/** Bytes of a response member in addition to name and value: quotes, colon, comma. */
const MEMBER_BYTES = 4;

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext>;

/** Makes every field of a schema that returns text charge the response's budget. */
export function chargeFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (showsText(field) && !chargedBefore.has(`${type.name}.${field.name}`)) {
        field.resolve = charged((field.resolve ?? defaultFieldResolver) as Resolver);
      }
    }
  }
}

function showsText({ type }: GraphQLField<unknown, unknown>): boolean {
  return isLeafType(getNamedType(type));
}

function charged(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    const charge = (value: unknown): unknown => {
      if (value !== undefined && value !== null) {
        const nameBytes = String(info.path.key).length;
        context.budget.charge(nameBytes + MEMBER_BYTES + jsonBytes(value));
      }
      return value;
    };
    const value: unknown = resolve(source, args, context, info);
    return value instanceof Promise ? value.then(charge) : charge(value);
  };
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
