import { isCredentialRight } from './credential-rights.js';
import type { RightsProfile, RightsSetup } from './gateway-right-questions.js';
import {
  type GrantedRight,
  isImpersonation,
  isOfConstrained,
  isOfLegacy,
} from './profile-rules.js';
import { neverServed } from './served-namespaces.js';

/** A rule of RBAC, as it is written. */
export interface GrantedRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** The rules that one binding gives to the gateway's account. */
export interface GatewayGrant {
  /** As `RoleBinding "x"`. */
  readonly binding: string;
  /** Where it holds; `''` for the whole cluster. */
  readonly namespace: string;
  readonly rules: readonly GrantedRule[];
}

/** There is more to read than is read: it is not known what RBAC grants. */
export interface UncheckedGrants {
  /** A sentence for operators. */
  readonly unchecked: string;
}

/** Sentences about what bindings give to the gateway beyond its profile. */
export interface ExcessGrants {
  readonly excess: readonly string[];
  /** What a RoleBinding gives in the namespace of others, whose administrators may write it. */
  readonly exposed: readonly string[];
}

/**
 * A sentence for each binding that gives the gateway more than its profile: any right to
 * impersonate that the profile has not, and any right with which it gets credentials by itself.
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

/** One namespace must not stop the service of all; nothing is served by right in passthrough. */
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
      // Of two profiles the narrower one is what counts, until one of them is taken away.
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
