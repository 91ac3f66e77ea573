import { isCredentialRight } from './credential-rights.js';
import type { RightsProfile, RightsSetup } from './gateway-right-questions.js';
import {
  type GrantedRight,
  isImpersonation,
  isOfConstrained,
  isOfLegacy,
} from './profile-rules.js';
import { neverServed } from './served-namespaces.js';

/** Rule of RBAC, as written. */
export interface GrantedRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** Rules that one binding grants to the gateway's account. */
export interface GatewayGrant {
  /** Name such as `RoleBinding "x"`. */
  readonly binding: string;
  /** Namespace in which it applies; `''` for the whole cluster. */
  readonly namespace: string;
  readonly rules: readonly GrantedRule[];
}

/** There are too many objects to read: it is unknown what RBAC grants. */
export interface UncheckedGrants {
  /** A sentence for operators. */
  readonly unchecked: string;
}

/** Sentences about what bindings grant to the gateway beyond its profile. */
export interface ExcessGrants {
  readonly excess: readonly string[];
  /** Rights by a RoleBinding in a foreign namespace, whose administrators may write it. */
  readonly exposed: readonly string[];
}

/**
 * Returns a sentence for each binding that gives the gateway more than its profile. Excess is any
 * right to impersonate outside the profile, and any right by which it gets credentials itself.
 */
export function excessGrants(
  setup: RightsSetup,
  profile: RightsProfile,
  grants: readonly GatewayGrant[],
): ExcessGrants {
  const told = (some: readonly GatewayGrant[]) =>
    some.flatMap((grant) => sentences(setup, profile, grant));
  return {
    excess: told(grants.filter((grant) => !isOfOthers(setup, grant))),
    exposed: told(grants.filter((grant) => isOfOthers(setup, grant))),
  };
}

/** Reports a grant in one foreign namespace, which must not stop the service of all. */
function isOfOthers({ access, gatewayNamespace }: RightsSetup, { namespace }: GatewayGrant) {
  const own = ['', gatewayNamespace, ...neverServed];
  return access === 'impersonate' && !own.includes(namespace);
}

function sentences(setup: RightsSetup, profile: RightsProfile, grant: GatewayGrant): string[] {
  const found = [...new Set(rightsOf(grant).flatMap((right) => excess(setup, profile, right)))];
  const [first, ...others] = found;
  if (first === undefined) return [];
  const where = grant.namespace === '' ? '' : ` in ${grant.namespace}`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    `${grant.binding}${where} lets the gateway ${first}${more}, which is more than its profile`,
  ];
}

function excess(setup: RightsSetup, profile: RightsProfile, right: GrantedRight): string[] {
  const { verb, group, resource } = right;
  const isTooMuch = isImpersonation(verb)
    ? !isOfProfile(setup, profile, right)
    : isCredentialRight(verb, group, resource);
  if (!isTooMuch) return [];
  return [`${verb} ${group === '' ? resource : `${resource}.${group}`}`];
}

function isOfProfile(setup: RightsSetup, profile: RightsProfile, right: GrantedRight): boolean {
  switch (profile) {
    case 'passthrough':
    case 'cluster-admin':
      return false;
    case 'legacy':
      return isOfLegacy(setup, right);
    default:
      // If there are two profiles, the narrower profile counts until one of them is removed.
      return isOfConstrained(setup, right);
  }
}

function rightsOf({ namespace, rules }: GatewayGrant): readonly GrantedRight[] {
  return rules.flatMap((rule) => {
    const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
    const paths = nonResourceURLs.map((resource) => ({ group: '', resource }));
    const things = apiGroups.flatMap((group) => resources.map((resource) => ({ group, resource })));
    return [...things, ...paths].flatMap((thing) =>
      verbs.map((verb) => ({ ...thing, verb, resourceNames, namespace })),
    );
  });
}
