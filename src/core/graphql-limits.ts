/** Bounds of GraphQL documents, with their units in their names. */
export const graphqlLimits = {
  graphqlDepthMax: 8,
  graphqlIntrospectionDepthMax: 15,
  graphqlAliasesMax: 15,
  graphqlTokensMax: 1_000,
  /** Also of white space and comments, which are no tokens; values come in variables. */
  graphqlQueryCharactersMax: 64 * 1024,
  graphqlErrorsMax: 20,
  /** Pairs of fields with one response name: validation compares each, a microsecond or more. */
  graphqlMergedPairsMax: 1_000,
  /** A text that is not known counts as a request more for each so many characters. */
  graphqlCharactersPerRequest: 256,
  /** What one `__schema` or `__type` counts as: it takes milliseconds. */
  graphqlIntrospectionRequests: 50,
  /** `__schema` and `__type` in one operation. */
  graphqlIntrospectionsMax: 2,
  graphqlDocumentsCachedMax: 500,
  /** Longer texts are parsed each time: padding must not fill the memory. */
  graphqlCachedQueryCharactersMax: 16 * 1024,
  /** Reads of values of one operation. */
  valueReadsConcurrentMax: 4,
} as const;
