/** Stored part of the `audit.k8s.io/v1` Event, for our calls and for the cluster's reports. */
export interface KubernetesAuditEvent {
  readonly kind: 'Event';
  readonly apiVersion: 'audit.k8s.io/v1';
  readonly level: 'Metadata';
  readonly auditID: string;
  /** Our own events have the first and the last; the cluster reports all but the first. */
  readonly stage: 'RequestReceived' | 'ResponseStarted' | 'Panic' | 'ResponseComplete';
  readonly requestURI: string;
  readonly verb: string;
  readonly user: AuditUser;
  /** User that `user` impersonated, by headers of the request. */
  readonly impersonatedUser?: AuditUser;
  readonly authenticationMetadata?: { readonly impersonationConstraint: string };
  readonly sourceIPs: readonly string[];
  readonly userAgent?: string;
  readonly objectRef?: AuditObjectRef;
  readonly responseStatus?: { readonly code: number; readonly reason?: string };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AuditUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface AuditObjectRef {
  readonly resource: string;
  readonly subresource?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly apiGroup?: string;
  readonly apiVersion: string;
}

/** Facts of the gateway, as annotations of an event; clients may rely on the names. */
export const annotation = {
  action: 'sallyport.dev/action',
  keys: 'sallyport.dev/keys',
  /** Number of keys, if the list is cut. */
  keysCount: 'sallyport.dev/keys-count',
  /** Places in documents of these keys: each a key, `#` and a JSON pointer as in a URI. */
  pointers: 'sallyport.dev/pointers',
  groupsCount: 'sallyport.dev/groups-count',
  /** Number of groups of the impersonated user, if the list is cut. */
  impersonatedGroupsCount: 'sallyport.dev/impersonated-groups-count',
  version: 'sallyport.dev/version',
  plane: 'sallyport.dev/plane',
  /** Distinguishing marks of the event, e.g. `dry-run`. */
  marks: 'sallyport.dev/marks',
  /** Number of calls that an event marked `aggregate` summarizes. */
  count: 'sallyport.dev/count',
  /** Number of events of a batch of the cluster that could not be read. */
  unreadable: 'sallyport.dev/unreadable',
  parentId: 'sallyport.dev/parent-id',
  reason: 'sallyport.dev/reason',
  /** User on whose behalf the gateway acts: requester of a rotation, or author of its policy. */
  onBehalfOf: 'sallyport.dev/on-behalf-of',
  credentialId: 'sallyport.dev/credential-id',
  /** The gateway token of the call: its id, its description, its creator. */
  tokenId: 'sallyport.dev/token-id',
  tokenDescription: 'sallyport.dev/token-description',
  tokenOwner: 'sallyport.dev/token-owner',
  /** The token that the call concerns. */
  token: 'sallyport.dev/token',
  /** Members of its scope, as a JSON object; an absent member restricts nothing. */
  tokenScope: 'sallyport.dev/token-scope',
  /** Number of entries in that scope, if not all are listed. */
  tokenScopeCount: 'sallyport.dev/token-scope-count',
  /** The next key of the log, as in signed notes, if its keys were rotated. */
  logKey: 'sallyport.dev/log-key',
  /** The signed note by which the previous key confirms it. */
  logKeyNote: 'sallyport.dev/log-key-note',
  /** Id of the key that encrypts history, and the number of versions that it rewraps. */
  encryptionKey: 'sallyport.dev/encryption-key',
  rewrapped: 'sallyport.dev/rewrapped',
  /** Run of a rotation, its step and state, and why it ended or waits. */
  rotationRun: 'sallyport.dev/rotation-run',
  rotationStep: 'sallyport.dev/rotation-step',
  rotationState: 'sallyport.dev/rotation-state',
  rotationReason: 'sallyport.dev/rotation-reason',
  /** Name of the user that this token impersonates. */
  actsAs: 'sallyport.dev/acts-as',
  /** The user's groups, as a JSON array: their names may have commas. */
  actsAsGroups: 'sallyport.dev/acts-as-groups',
  /** Number of groups, if the list is cut. */
  actsAsGroupsCount: 'sallyport.dev/acts-as-groups-count',
  /** Time at which it expires. */
  expiresAt: 'sallyport.dev/expires-at',
  outcome: 'sallyport.dev/outcome',
  upstreamIds: 'sallyport.dev/upstream-ids',
  /** The outcome was determined after a restart, not observed. */
  resolved: 'sallyport.dev/resolved',
  /** `cluster` if the API server reported the event; our own events have none. */
  source: 'sallyport.dev/source',
  /** Anchor of a checkpoint, and the tree of the checkpoint. */
  place: 'sallyport.dev/place',
  treeSize: 'sallyport.dev/tree-size',
  rootHash: 'sallyport.dev/root-hash',
  /** Anchored tree whose loss was accepted. */
  formerTreeSize: 'sallyport.dev/former-tree-size',
  formerRootHash: 'sallyport.dev/former-root-hash',
  /** The signed note by which the key of the log states that the loss was accepted. */
  acceptanceNote: 'sallyport.dev/acceptance-note',
  /** Pruned entries: from the first up to and without the second. */
  prunedFrom: 'sallyport.dev/pruned-from',
  prunedTo: 'sallyport.dev/pruned-to',
  /** Events that a sink did not accept, and that are sent to it again. */
  deadLetters: 'sallyport.dev/dead-letters',
  /** Chain of queued entries, and the first and the last of those that were changed. */
  chain: 'sallyport.dev/chain',
  chainFrom: 'sallyport.dev/chain-from',
  chainTo: 'sallyport.dev/chain-to',
  decision: 'authorization.k8s.io/decision',
  decisionReason: 'authorization.k8s.io/reason',
} as const;

/** Requests of kubectl and lists of namespaces name other objects. */
const ofOtherObjects: readonly (string | undefined)[] = ['kubectl.request', 'namespaces.list'];

/** Returns the Secret that an event concerns. */
export function secretOf({ annotations, objectRef }: KubernetesAuditEvent): string | undefined {
  return ofOtherObjects.includes(annotations[annotation.action]) ? undefined : objectRef?.name;
}
