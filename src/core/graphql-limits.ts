/** Limits on GraphQL documents, with units in the names. */
export const graphqlLimits = {
  graphqlDepthMax: 8,
  graphqlIntrospectionDepthMax: 15,
  graphqlAliasesMax: 15,
  graphqlTokensMax: 1_000,
  /** Includes white space and comments, which are not tokens; values are sent in variables. */
  graphqlQueryCharactersMax: 64 * 1024,
  graphqlErrorsMax: 20,
  /** Pairs of fields with one response name: validation compares each, a microsecond or more. */
  graphqlMergedPairsMax: 1_000,
  /** An unknown text counts as one more request for each of this many characters. */
  graphqlCharactersPerRequest: 256,
  /** Cost of one `__schema` or `__type` in requests: each takes milliseconds. */
  graphqlIntrospectionRequests: 50,
  /** `__schema` and `__type` in one operation. */
  graphqlIntrospectionsMax: 2,
  graphqlDocumentsCachedMax: 500,
  /** Size of all files of persisted documents together. */
  graphqlPersistedBytesMax: 16 * 1024 * 1024,
  /** Longer texts are parsed each time: padding must not fill the memory. */
  graphqlCachedQueryCharactersMax: 16 * 1024,
  /** Concurrent value reads of one operation. */
  valueReadsConcurrentMax: 4,
} as const;
