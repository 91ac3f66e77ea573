/** Limits on documents that are read or changed by path; each is named after its subject. */
export const documentLimits = {
  /** Bytes of a document: the worst of each syntax takes about a tenth of a second to parse. */
  jsonBytesMax: 256 * 1_024,
  yamlBytesMax: 16 * 1_024,
  propertiesBytesMax: 128 * 1_024,
  /** As how many requests a read or a change of a member counts. */
  requestsCounted: 16,
  yamlRequestsCounted: 64,
  /** Members that one request of GraphQL reads. */
  membersReadMax: 50,
  /** Objects and arrays inside each other. */
  depthMax: 64,
  pointerCharactersMax: 1_024,
  /** Length as a part of a URI: an event has room for it. */
  pointerBytesMax: 3_072,
  /** Characters of all places that one event names: it has room for them. */
  placesCharactersMax: 4 * 1_024,
  /** Tries of a change of a document that others change meanwhile. */
  changeTriesMax: 3,
} as const;
