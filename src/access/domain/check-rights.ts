import { excessGrants, type GatewayGrant, type UncheckedGrants } from './gateway-grants.js';
import type {
  GatewayRight,
  OwnRightQuestion,
  OwnRightTopic,
  RightsProfile,
  RightsSetup,
} from './gateway-right-questions.js';
import { type StoredPolicy, tokenSecretsProblem } from './token-secrets-policy.js';

export interface OwnRightAnswer extends OwnRightQuestion {
  readonly isAllowed: boolean;
}

/** Outcome of a read as another user. */
export interface ImpersonatedRead {
  readonly as: 'caller' | 'broker';
  readonly namespace: string;
  /** `refused`: the gateway may not impersonate the user; `denied`: the user may not read. */
  readonly outcome: 'works' | 'refused' | 'denied';
}

/** Findings in addition to the answers to questions. */
export interface RightsFindings {
  readonly reads: readonly ImpersonatedRead[];
  /** Everything that RBAC grants to the gateway; undefined if it may not be read. */
  readonly grants: readonly GatewayGrant[] | UncheckedGrants | undefined;
  /** Undefined if no policy is needed. */
  readonly policy: StoredPolicy | undefined;
}

export interface RightsVerdict {
  readonly profile: RightsProfile;
  /** Rights beyond the profile, each in a sentence: with any of these, no request is served. */
  readonly excess: readonly string[];
  /** Rights that are missing from the profile, likewise. */
  readonly lacks: readonly string[];
  /** Excess rights in one foreign namespace: reported, but requests are served. */
  readonly exposed: readonly string[];
  /** Reason that RBAC's grants are unknown: one of the sentences of `excess`. */
  readonly unchecked?: string;
}

/** Rights that no profile has. */
const never: readonly OwnRightTopic[] = ['ownSecrets', 'ownCredentials'];
/** Rights that a profile must not have. */
const forbiddenTopics: Readonly<Record<RightsProfile, readonly OwnRightTopic[]>> = {
  constrained: ['legacyUsers', 'legacyServiceAccounts', 'beyondSecrets', 'outOfScope'],
  legacy: ['becomeUsers', 'actForCallers', 'beyondSecrets', 'outOfScope'],
  // One of the two must be removed: until then, the narrower profile counts.
  both: ['legacyUsers', 'legacyServiceAccounts', 'beyondSecrets', 'outOfScope'],
  none: ['legacyUsers', 'legacyServiceAccounts', 'beyondSecrets', 'outOfScope'],
  passthrough: [
    ...(['becomeUsers', 'becomeBroker', 'actForCallers', 'beyondSecrets', 'outOfScope'] as const),
    ...(['legacyBroker', 'legacyUsers', 'legacyServiceAccounts'] as const),
  ],
  'cluster-admin': [],
};

const bothProfiles =
  'the constrained and the legacy profile of deploy/rbac are both in force, and the wider one ' +
  'holds; take one away';
const noProfile = 'no profile of deploy/rbac is in force: the gateway may act as nobody';
const noRules =
  'the gateway may not read roles and bindings, which its profile needs: apply deploy/rbac/base';

/** Compares the gateway's rights with the rights of the profile that it runs under. */
export function checkRights(
  setup: RightsSetup,
  answers: readonly OwnRightAnswer[],
  { reads, grants, policy }: RightsFindings,
): RightsVerdict {
  if (answers.some(({ topic, isAllowed }) => topic === 'clusterAdmin' && isAllowed)) {
    return { profile: 'cluster-admin', excess: [clusterAdmin(setup)], lacks: [], exposed: [] };
  }
  const unchecked = grants !== undefined && 'unchecked' in grants ? grants.unchecked : undefined;
  const profile = setup.access === 'passthrough' ? 'passthrough' : profileOf(answers);
  const excess = answers.filter((answer) => isTooMuch(answer, profile)).map(tooMuch);
  const known = grants === undefined || 'unchecked' in grants ? [] : grants;
  const granted = excessGrants(setup, profile, known);
  const lacks = answers.filter((answer) => isTooLittle(answer, profile)).map(tooLittle);
  const policyProblem = policy === undefined ? undefined : tokenSecretsProblem(policy);
  return {
    profile,
    excess: [
      ...(unchecked === undefined ? [] : [unchecked]),
      ...(profile === 'both' ? [bothProfiles] : []),
      ...excess,
      ...granted.excess,
    ],
    lacks: [
      ...(profile === 'none' ? [noProfile] : []),
      ...lacks,
      ...reads.flatMap(readProblem),
      ...(grants === undefined ? [noRules] : []),
      ...(policyProblem === undefined ? [] : [policyProblem]),
    ],
    exposed: granted.exposed,
    ...(unchecked !== undefined && { unchecked }),
  };
}

/** Returns the profile by the right that only one profile has: to become the broker. */
export function profileOf(
  answers: readonly OwnRightAnswer[],
): Exclude<RightsProfile, 'passthrough' | 'cluster-admin'> {
  const has = (...topics: OwnRightTopic[]) =>
    answers.some(({ topic, isAllowed }) => isAllowed && topics.includes(topic));
  const isConstrained = has('becomeBroker', 'becomeUsers');
  if (has('legacyBroker')) return isConstrained ? 'both' : 'legacy';
  return isConstrained ? 'constrained' : 'none';
}

function clusterAdmin({ gatewayNamespace }: RightsSetup): string {
  return (
    "the gateway's own credential is cluster-admin: use a token of ServiceAccount sallyport in " +
    `namespace ${gatewayNamespace}, as README.md says under "Connect to a cluster"`
  );
}

function isTooMuch({ topic, isAllowed }: OwnRightAnswer, profile: RightsProfile): boolean {
  return isAllowed && (never.includes(topic) || forbiddenTopics[profile].includes(topic));
}

function isTooLittle({ topic, isAllowed }: OwnRightAnswer, profile: RightsProfile): boolean {
  if (isAllowed) return false;
  if (topic === 'needed') return true;
  const isConstrained = profile === 'constrained' || profile === 'both';
  return isConstrained && ['becomeUsers', 'becomeBroker', 'actForCallers'].includes(topic);
}

function tooMuch({ topic, right }: OwnRightAnswer): string {
  return never.includes(topic)
    ? `the gateway's own account may ${inWords(right)}: a request that lost its impersonation ` +
        'headers would be answered'
    : `the gateway may ${inWords(right)}, which is more than its profile`;
}

function tooLittle({ right }: OwnRightAnswer): string {
  return `the gateway may not ${inWords(right)}, which its profile needs`;
}

function inWords({ verb, group, resource, subresource, namespace, name }: GatewayRight): string {
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  const thing = group === '' || group === '*' ? whole : `${whole}.${group}`;
  const which = name === undefined ? '' : ` ${JSON.stringify(name)}`;
  return `${verb} ${thing}${which}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

function readProblem({ as, namespace, outcome }: ImpersonatedRead): string[] {
  const who = as === 'caller' ? 'a caller' : 'the broker';
  switch (outcome) {
    case 'works':
      return [];
    case 'refused':
      return [
        `the API server does not let the gateway read a Secret as ${who} in ${namespace}: its ` +
          'profile is not bound there, or the cluster is older than the profile',
      ];
    case 'denied':
      return [`${who} may not read Secrets in ${namespace}, which is served by name`];
  }
}
