import { rotationLimits } from './rotation-limits.js';

/** Limits on schemas of Secrets and on the checks of values; each is named after its subject. */
export const schemaLimits = {
  /** Bytes of the spec of a SecretSchema as JSON. */
  specBytesMax: 64 * 1_024,
  /** Levels of lists and maps in a spec. */
  specDepthMax: 128,
  /** LocalSecretSchemas of one namespace that are checked. */
  namespaceSchemasMax: 20,
  /** Bytes of the specs of one namespace: a namespace must leave room for others. */
  namespaceSpecBytesMax: 128 * 1_024,
  /** Schemas of the cluster and of all namespaces that are checked. */
  schemasMax: 2_000,
  /** Bytes of all specs that are compiled: about 90 MB of memory. */
  compiledSpecBytesMax: 4 * 1_024 * 1_024,
  keysMax: 100,
  /** Keys that one schema generates, and all schemas together for a new Secret. */
  generatedKeysMax: rotationLimits.generatedKeysMax,
  rulesMax: 32,
  alternativesMax: 16,
  typesMax: 16,
  /** Subschemas of one key, each counted as often as references lead to it. */
  nodesMax: 1_000,
  depthMax: 16,
  /** Levels of subschemas, with those that references add. */
  referenceDepthMax: 32,
  enumMembersMax: 1_000,
  patternCharactersMax: 512,
  /** Instructions of a compiled pattern. */
  patternSizeMax: 1_000,
  /** Instructions of all patterns of one schema: they compile in about 100 ms. */
  schemaPatternSizeMax: 10_000,
  /** Instructions of all compiled patterns in memory: about 25 MB. */
  compiledInstructionsMax: 40_000,
  /** Instructions times characters that the patterns of one key may take: about 70 ms. */
  patternStepsMax: 2_000_000,
  /** Bytes of a value that a JSON Schema checks. */
  valueBytesMax: 64 * 1_024,
  formatCharactersMax: 2_048,
  /** Subschemas times members of a JSON document: about 100 ms. */
  evaluationsMax: 20_000,
  /** Subschemas times characters of a value: about 50 ms. */
  charactersReadMax: 8_000_000,
  /** Members of a JSON document whose schema compares members with each other. */
  comparedMembersMax: 500,
  /** Time for which a write waits until the schemas are known after a start. */
  loadMsMax: 5_000,
  /** Pause between two looks at the statuses of schemas. */
  statusMs: 5_000,
  /** Bytes of a request about a schema. */
  bodyBytesMax: 128 * 1_024,
  /** Further requests as which a validation counts. */
  validationRequestsCounted: 15,
  /** Bytes of a Secret that is sent for validation alone. */
  validationBytesMax: 2 * 1_024 * 1_024,
  /**
   * Time of the processor after which no further key or rule of a Secret is checked: by schemas of
   * the cluster, and by those of its namespace.
   */
  checkMsMax: 500,
  /** Time of the processor that a check of a Secret has free: ordinary checks take less. */
  checkMsFree: 1,
  /** Share of the processor that long checks of one owner take, beyond a burst. */
  checkShare: 0.25,
  checkBurstMs: 250,
  /** Checks of one owner that wait for their time. */
  checksWaitingMax: 8,
  /** Owners whose checks took long, and the time for which they are remembered. */
  checkOwnersMax: 10_000,
  checkOwnerKeptMs: 60_000,
  /** Reasons that one key gives. */
  reasonsMax: 8,
  /** Locations in a JSON Schema that are read for the reasons of one value. */
  reasonLocationsMax: 256,
} as const;
