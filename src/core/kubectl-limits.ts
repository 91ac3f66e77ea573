/** Bounds of the façade, with their units in their names. */
export const kubectlLimits = {
  /** Kubernetes' own for a request body. */
  kubectlBodyBytesMax: 3 * 1024 * 1024,
  /** One Secret of a list or event of a watch: its full size in base64, and room. */
  kubectlObjectBytesMax: 8 * 1024 * 1024,
  /** How long a list may take to be sent. */
  kubectlListMsMax: 5 * 60_000,
  /** Every watch ends then, and is opened again by its client. */
  kubectlWatchMsMax: 10 * 60_000,
  /** How long after its own time a watch is waited for that the API server should have ended. */
  kubectlWatchGraceMs: 5_000,
  /** How long a watch that has ended waits for its client to read the rest. */
  kubectlUnreadEndMsMax: 1_000,
  kubectlWatchesMax: 900,
  kubectlWatchesPerUserMax: 512,
  kubectlWatchesPerAddressMax: 640,
  /** Half of all, so that the accounts of one namespace leave room for others. */
  kubectlWatchesPerNamespaceMax: 450,
  kubectlListsMax: 128,
  kubectlListsPerUserMax: 32,
  kubectlListsPerAddressMax: 64,
  /** Descriptions of the API that are being sent: megabytes each, and kubectl keeps them. */
  kubectlDescriptionsMax: 24,
  kubectlDescriptionsPerUserMax: 8,
  kubectlDescriptionsPerAddressMax: 16,
  /** A client that takes nothing of a list for so long gets no more of it. */
  kubectlStalledMsMax: 30_000,
  /** Events of all streams that wait to be written down. */
  kubectlRevealsWaitingMax: 1_024,
  /** Between looks whether the credential of a stream still is one. */
  kubectlCredentialLookMs: 2_000,
  /** Between looks whether the right to a stream is still there; changes of RBAC come sooner. */
  kubectlRightLookMs: 10_000,
  /** Longer answers are compressed, where the client takes that; Kubernetes' own. */
  kubectlGzipBytesMin: 128 * 1024,
  /** Of a list from the cache, what is looked through before others take their turn. */
  kubectlListTurnBytesMax: 256 * 1024,
  /** Events of one list that are being written down at a time. */
  kubectlRevealsAtOnceMax: 64,
  /** Of one protobuf message; a Secret has some, and one for each key. */
  kubectlProtobufFieldsMax: 65_536,
  /** Parameters of one request. */
  kubectlQueryParametersMax: 64,
  /** Resources that an installation lets through beside Secrets. */
  kubectlConfiguredResourcesMax: 256,
  /** Of the path that a kubeconfig names: the longest that Linux takes. */
  kubeconfigTokenFileCharactersMax: 4_096,
} as const;
