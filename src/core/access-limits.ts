/** Bounds of lists of a caller's rights. */
export const accessLimits = {
  /** Rights by name that one list asks about: each costs a question to the cluster. */
  namedRightsMax: 200,
  /** RBAC objects of one kind that are read for a list; only rules by name are stored. */
  rbacObjectsMax: 20_000,
  /** How long one read of RBAC rules serves every list. */
  namedRulesCachedMs: 2_000,
  /** Namespaces whose rules are cached; reading those of another costs four small lists. */
  namedRulesCachedMax: 1_000,
  /** Bindings of one kind in which those of the gateway are looked for; only these are stored. */
  bindingsSearchedMax: 200_000,
  /** Roles that may be bound to the gateway; a profile has a dozen. */
  gatewayRolesMax: 500,
  /** More Roles of one namespace are read as one list. */
  gatewayRolesReadConcurrentMax: 8,
} as const;
