/** User of a request: `authentication.k8s.io/v1` UserInfo with the API server's additions. */
export interface UserInfo {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Attributes of a request for an authorizer; unused members are empty strings. */
export interface Attributes {
  readonly user: UserInfo;
  readonly verb: string;
  /** False: `path` alone describes the request. */
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

export interface Decision {
  readonly isAllowed: boolean;
  /** E.g. `RBAC: allowed by RoleBinding "r/pay" of Role "r" to ServiceAccount "app/pay"`. */
  readonly reason: string;
}

/** Rule of a Role, as stored. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export interface Authorizer {
  decide(attributes: Attributes): Decision;
  /** Returns every rule that applies to a user, in a namespace and cluster-wide. */
  rulesFor(user: UserInfo, namespace: string): readonly PolicyRule[];
}
