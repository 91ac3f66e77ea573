/** Limits of the façade, with units in the names. */
export const kubectlLimits = {
  /** Kubernetes' own limit on a request body. */
  kubectlBodyBytesMax: 3 * 1024 * 1024,
  /** One Secret of a list or event of a watch: its full size in base64, plus a margin. */
  kubectlObjectBytesMax: 8 * 1024 * 1024,
  /** How long a list may take to be sent. */
  kubectlListMsMax: 5 * 60_000,
  /** Every watch ends after this time, and its client opens another. */
  kubectlWatchMsMax: 10 * 60_000,
  /** How long to wait for a watch that the API server should have ended. */
  kubectlWatchGraceMs: 5_000,
  /** How long an ended watch waits for its client to read the remaining data. */
  kubectlUnreadEndMsMax: 1_000,
  kubectlWatchesMax: 900,
  kubectlWatchesPerUserMax: 512,
  kubectlWatchesPerAddressMax: 640,
  /** Half of all, so that the accounts of one namespace leave room for others. */
  kubectlWatchesPerNamespaceMax: 450,
  kubectlListsMax: 128,
  kubectlListsPerUserMax: 32,
  kubectlListsPerAddressMax: 64,
  /** API descriptions that are being sent: megabytes each, and kubectl caches them. */
  kubectlDescriptionsMax: 24,
  kubectlDescriptionsPerUserMax: 8,
  kubectlDescriptionsPerAddressMax: 16,
  /** A client that reads nothing of a list for this time receives no more of it. */
  kubectlStalledMsMax: 30_000,
  /** Events of all streams that wait to be recorded. */
  kubectlRevealsWaitingMax: 1_024,
  /** Between checks whether the credential of a stream is still valid. */
  kubectlCredentialLookMs: 2_000,
  /** Between checks whether the right to a stream still exists; RBAC changes are noticed sooner. */
  kubectlRightLookMs: 10_000,
  /** Longer responses are compressed if the client accepts it; Kubernetes' own limit. */
  kubectlGzipBytesMin: 128 * 1024,
  /** Bytes of a cached list that are processed before other work runs. */
  kubectlListTurnBytesMax: 256 * 1024,
  /** Events of one list that are recorded concurrently. */
  kubectlRevealsAtOnceMax: 64,
  /** Fields of one protobuf message; a Secret has some, plus one for each key. */
  kubectlProtobufFieldsMax: 65_536,
  /** Parameters of one request. */
  kubectlQueryParametersMax: 64,
  /** Resources that an installation serves in addition to Secrets. */
  kubectlConfiguredResourcesMax: 256,
  /** Characters of the path in a kubeconfig: the longest that Linux takes. */
  kubeconfigTokenFileCharactersMax: 4_096,
} as const;
