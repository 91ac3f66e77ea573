/** Limits on documents that are read or changed by path; each is named after its subject. */
export const documentLimits = {
  /** Bytes of a document that is parsed, which takes some ten milliseconds at most. */
  jsonBytesMax: 256 * 1_024,
  yamlBytesMax: 32 * 1_024,
  propertiesBytesMax: 256 * 1_024,
  /** As how many requests a read or a change of a member counts. */
  requestsCounted: 16,
  yamlRequestsCounted: 32,
  /** Objects and arrays inside each other. */
  depthMax: 64,
  /** Aliases of a YAML document that are followed. */
  aliasesMax: 100,
  pointerCharactersMax: 1_024,
  /** Tries of a change of a document that others change meanwhile. */
  changeTriesMax: 3,
} as const;
