interface Rules {
  readonly schema?: unknown;
  readonly format?: string;
}

interface Spec {
  readonly mode?: string;
  readonly keys?: Readonly<Record<string, Rules>>;
}

/** The spec of a schema of REST, as GraphQL takes it in a variable. */
export function graphqlSchemaSpec({ mode, keys, ...rest }: Spec): object {
  return {
    ...rest,
    ...(mode !== undefined && { mode: mode.toUpperCase() }),
    ...(keys && { keys: Object.entries(keys).map(([name, rules]) => ({ name, ...keyOf(rules) })) }),
  };
}

function keyOf({ schema, format, ...rest }: Rules): object {
  return {
    ...rest,
    ...(format !== undefined && { format: format.toUpperCase() }),
    ...(schema !== undefined && { schema: JSON.stringify(schema) }),
  };
}
