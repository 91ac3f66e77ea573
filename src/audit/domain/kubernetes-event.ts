/** The part of `audit.k8s.io/v1` Event that we write. */
export interface KubernetesAuditEvent {
  readonly kind: 'Event';
  readonly apiVersion: 'audit.k8s.io/v1';
  readonly level: 'Metadata';
  readonly auditID: string;
  readonly stage: 'RequestReceived' | 'ResponseComplete';
  readonly requestURI: string;
  readonly verb: string;
  readonly user: {
    readonly username: string;
    readonly uid?: string;
    readonly groups: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly sourceIPs: readonly string[];
  readonly userAgent?: string;
  readonly objectRef?: AuditObjectRef;
  readonly responseStatus?: { readonly code: number; readonly reason?: string };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AuditObjectRef {
  readonly resource: string;
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
  version: 'sallyport.dev/version',
  plane: 'sallyport.dev/plane',
  /** What sets the event apart, e.g. `dry-run`. */
  marks: 'sallyport.dev/marks',
  /** How many calls the event tells of, where it is marked `aggregate`. */
  count: 'sallyport.dev/count',
  parentId: 'sallyport.dev/parent-id',
  reason: 'sallyport.dev/reason',
  credentialId: 'sallyport.dev/credential-id',
  /** Who minted the token that the call came with, where that is somebody else. */
  tokenOwner: 'sallyport.dev/token-owner',
  /** The token that the call was about. */
  token: 'sallyport.dev/token',
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
  /** The outcome was found out after a restart, not seen. */
  resolved: 'sallyport.dev/resolved',
  decision: 'authorization.k8s.io/decision',
  decisionReason: 'authorization.k8s.io/reason',
} as const;
