const MIB = 1_024 * 1_024;
const DAY_MS = 24 * 60 * 60_000;

/** Limits on SealedSecrets and the keys that open them; each is named after its subject. */
export const sealingLimits = {
  /** Bytes of a manifest: values of a full Secret are 1.4 MiB of base64. */
  manifestBytesMax: 2 * MIB,
  /** Bytes of YAML that no base64 has, such as spaces and colons: each takes long to parse. */
  yamlStructureBytesMax: 16 * 1_024,
  /** These bytes of YAML count as one request. */
  yamlStructureBytesOfRequest: 64,
  /** Members of objects and list items of a manifest in JSON. */
  jsonMembersMax: 1_024,
  /** Values of one manifest: each takes a decryption by RSA. */
  valuesMax: 128,
  /** Decryptions by RSA for one manifest, as several keys may have to be tried for a value. */
  decryptionsMax: 512,
  /** As how many requests a decryption counts against the limit of the caller's credential. */
  requestsPerDecryption: 4,
  /** Manifests that are opened concurrently: one of an owner, while others of the owner wait. */
  openedAtOnceMax: 2,
  openingsWaitingMax: 16,
  /** Owners whose manifests wait, and how long an owner is remembered. */
  openingOwnersMax: 1_000,
  openingOwnerKeptMs: 60_000,
  keyBits: 4_096,
  /** Age at which another key pair takes the place of the current one. */
  renewedAfterMs: 30 * DAY_MS,
  /** How long clients may seal with a certificate: Sealed Secrets has the same ten years. */
  certificateMs: 3_650 * DAY_MS,
  /** For clients whose clock lags. */
  certificateBackdatedMs: 5 * 60_000,
  /** Key pairs that are loaded, the newest first: those of twenty years. */
  keysMax: 256,
  /** Tries to store a key pair while other replicas store theirs. */
  storeTriesMax: 3,
  /** A request of `sallyport sealed apply`, its response, and the part of it that is printed. */
  sentMsMax: 60_000,
  answerBytesMax: MIB,
  detailCharactersMax: 1_024,
  /** Manifests of one call of the command. */
  filesMax: 1_000,
} as const;
