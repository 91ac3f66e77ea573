/** Limits on lists of a caller's rights. */
export const accessLimits = {
  /** Rights by name that one list checks: each costs a query to the cluster. */
  namedRightsMax: 200,
  /** RBAC objects of one kind that are read for a list; only rules by name are stored. */
  rbacObjectsMax: 20_000,
  /** How long one read of RBAC rules serves every list. */
  namedRulesCachedMs: 2_000,
  /** Namespaces with cached rules; reading the rules of another costs four small lists. */
  namedRulesCachedMax: 1_000,
  /** Bindings of one kind that are searched for the gateway's; only the gateway's are stored. */
  bindingsSearchedMax: 200_000,
  /** Roles that may be bound to the gateway; a profile has a dozen. */
  gatewayRolesMax: 500,
  /** More Roles of one namespace are read as one list. */
  gatewayRolesReadConcurrentMax: 8,
} as const;
