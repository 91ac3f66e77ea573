/** The part of `audit.k8s.io/v1` Event that is stored of our calls and of the cluster's reports. */
export interface KubernetesAuditEvent {
  readonly kind: 'Event';
  readonly apiVersion: 'audit.k8s.io/v1';
  readonly level: 'Metadata';
  readonly auditID: string;
  /** Our own events are of the first and the last; the cluster reports all but the first. */
  readonly stage: 'RequestReceived' | 'ResponseStarted' | 'Panic' | 'ResponseComplete';
  readonly requestURI: string;
  readonly verb: string;
  readonly user: AuditUser;
  /** As whom `user` acted, by headers of the request. */
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

/** Our facts, as annotations; promised by API.md section 12. */
export const annotation = {
  action: 'sallyport.dev/action',
  keys: 'sallyport.dev/keys',
  /** How many keys there were, where the list is cut. */
  keysCount: 'sallyport.dev/keys-count',
  groupsCount: 'sallyport.dev/groups-count',
  /** The same of whom the caller acted as. */
  impersonatedGroupsCount: 'sallyport.dev/impersonated-groups-count',
  version: 'sallyport.dev/version',
  plane: 'sallyport.dev/plane',
  /** What sets the event apart, e.g. `dry-run`. */
  marks: 'sallyport.dev/marks',
  /** How many calls the event tells of, where it is marked `aggregate`. */
  count: 'sallyport.dev/count',
  /** How many events of a batch of the cluster could not be read. */
  unreadable: 'sallyport.dev/unreadable',
  parentId: 'sallyport.dev/parent-id',
  reason: 'sallyport.dev/reason',
  /** Whom the gateway acts for by itself: who asked for a rotation, or answers for its policy. */
  onBehalfOf: 'sallyport.dev/on-behalf-of',
  credentialId: 'sallyport.dev/credential-id',
  /** The token of the gateway that the call came with: its id, its description, who minted it. */
  tokenId: 'sallyport.dev/token-id',
  tokenDescription: 'sallyport.dev/token-description',
  tokenOwner: 'sallyport.dev/token-owner',
  /** The token that the call was about. */
  token: 'sallyport.dev/token',
  /** Members of its scope, as a JSON object; an absent member restricts nothing. */
  tokenScope: 'sallyport.dev/token-scope',
  /** How many entries that scope has, where not all are listed. */
  tokenScopeCount: 'sallyport.dev/token-scope-count',
  /** The next key of the log, as in signed notes, where its keys were rotated. */
  logKey: 'sallyport.dev/log-key',
  /** The signed note by which the key before vouches for it. */
  logKeyNote: 'sallyport.dev/log-key-note',
  /** Id of the key that history is encrypted with, and how many versions are put under it. */
  encryptionKey: 'sallyport.dev/encryption-key',
  rewrapped: 'sallyport.dev/rewrapped',
  /** Run of a rotation, its step and state, and why it ended or waits. */
  rotationRun: 'sallyport.dev/rotation-run',
  rotationStep: 'sallyport.dev/rotation-step',
  rotationState: 'sallyport.dev/rotation-state',
  rotationReason: 'sallyport.dev/rotation-reason',
  /** User name that this token acts as. */
  actsAs: 'sallyport.dev/acts-as',
  /** Its groups, as a JSON array: their names may have commas. */
  actsAsGroups: 'sallyport.dev/acts-as-groups',
  /** How many groups there were, where the list is cut. */
  actsAsGroupsCount: 'sallyport.dev/acts-as-groups-count',
  /** When it ends by itself. */
  expiresAt: 'sallyport.dev/expires-at',
  outcome: 'sallyport.dev/outcome',
  upstreamIds: 'sallyport.dev/upstream-ids',
  /** The outcome was looked for after a restart, not seen. */
  resolved: 'sallyport.dev/resolved',
  /** `cluster` where the API server reported the event; ours have none. */
  source: 'sallyport.dev/source',
  /** Where a checkpoint was anchored, and the tree of it. */
  place: 'sallyport.dev/place',
  treeSize: 'sallyport.dev/tree-size',
  rootHash: 'sallyport.dev/root-hash',
  /** A tree that was anchored, and whose loss was accepted. */
  formerTreeSize: 'sallyport.dev/former-tree-size',
  formerRootHash: 'sallyport.dev/former-root-hash',
  /** The signed note by which the key of the log says that the loss was accepted. */
  acceptanceNote: 'sallyport.dev/acceptance-note',
  /** Entries that were pruned: from the first up to and without the second. */
  prunedFrom: 'sallyport.dev/pruned-from',
  prunedTo: 'sallyport.dev/pruned-to',
  /** Events that a sink would not take, and that are sent to it again. */
  deadLetters: 'sallyport.dev/dead-letters',
  decision: 'authorization.k8s.io/decision',
  decisionReason: 'authorization.k8s.io/reason',
} as const;

/** Requests of kubectl and lists of namespaces name other objects. */
const ofOtherObjects: readonly (string | undefined)[] = ['kubectl.request', 'namespaces.list'];

/** The Secret that an event is about. */
export function secretOf({ annotations, objectRef }: KubernetesAuditEvent): string | undefined {
  return ofOtherObjects.includes(annotations[annotation.action]) ? undefined : objectRef?.name;
}
