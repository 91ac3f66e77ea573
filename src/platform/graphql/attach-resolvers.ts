import { type GraphQLField, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

type Resolve = NonNullable<GraphQLField<unknown, unknown>['resolve']>;
type Resolver = Resolve | Pick<GraphQLField<unknown, unknown>, 'resolve' | 'subscribe'>;
/** Resolvers by the names of type and field. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

/**
 * Sets the resolvers of fields in a schema. The resolvers of an interface are also those of its
 * types, unless a type has its own. Throws TypeError if the schema lacks a field.
 */
export function attachResolvers(schema: GraphQLSchema, resolvers: Resolvers): void {
  const names = Object.keys(resolvers);
  const ofInterfaces = names.filter((name) => isInterfaceType(schema.getType(name)));
  const ofObjects = names.filter((name) => !ofInterfaces.includes(name));
  for (const name of [...ofInterfaces, ...ofObjects]) {
    for (const [field, resolver] of Object.entries(resolvers[name] ?? {})) {
      for (const found of fieldsOf(schema, name, field)) {
        Object.assign(found, typeof resolver === 'function' ? { resolve: resolver } : resolver);
      }
    }
  }
}

function fieldsOf(
  schema: GraphQLSchema,
  typeName: string,
  name: string,
): readonly GraphQLField<unknown, unknown>[] {
  const type = schema.getType(typeName);
  const types = isInterfaceType(type) ? schema.getImplementations(type).objects : [type];
  return types.map((one) => {
    const field = isObjectType(one) ? one.getFields()[name] : undefined;
    if (field === undefined) throw new TypeError(`the schema has no field ${typeName}.${name}`);
    return field;
  });
}
