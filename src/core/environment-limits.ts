/** Limits on environments; each is named after its subject. */
export const environmentLimits = {
  /** Environments that one imports directly. */
  importsMax: 16,
  /** Environments and whole imports that one read uses, each counted once. */
  environmentsMax: 32,
  /** Environments that import each other in sequence. */
  depthMax: 8,
  /** Values that one environment defines. */
  valuesMax: 100,
  /** Values of a read, after imports. */
  resolvedValuesMax: 200,
  /** Keys of Secrets and imports that a read uses. */
  keysMax: 100,
  /** As how many requests members of documents of a read may count: 100 of JSON, 25 of YAML. */
  memberRequestsMax: 1_600,
  literalCharactersMax: 8_192,
  templateCharactersMax: 8_192,
  /** Placeholders of one template, and functions of one placeholder. */
  placeholdersMax: 64,
  functionsMax: 8,
  argumentsMax: 8,
  /** Templates that use each other in sequence. */
  templateDepthMax: 16,
  /** Characters of all rendered templates of a read. */
  renderedCharactersMax: 1_024 * 1_024,
  indentMax: 64,
  /** How often a wait loads the definitions again. */
  definitionsLookMs: 5_000,
  bodyBytesMax: 1_024 * 1_024,
  /** Environments whose values one request of GraphQL reads. */
  environmentsReadMax: 5,
} as const;
