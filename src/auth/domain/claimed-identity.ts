import { limits } from '../../core/limits.js';
import { IdentityRefused } from '../../core/principal.js';
import type { CelExpression } from '../../core/cel/cel-expression.js';
import { CelWork, TooMuchWork } from '../../core/cel/cel-work.js';
import type { CompiledAuthenticator, CompiledRule } from './compile-authenticator.js';

export type Claims = Readonly<Record<string, unknown>>;

/** Identity in verified claims, before the rules for names. */
export interface ClaimedIdentity {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Verified claims, with the remaining budget of all expressions about them. */
interface Token {
  readonly claims: Claims;
  readonly work: CelWork;
}

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/**
 * Maps claims as kube-apiserver does, then applies both kinds of rules. Throws IdentityRefused,
 * whose text names positions of the configuration and never quotes a claim.
 */
export function claimedIdentity(
  authenticator: CompiledAuthenticator,
  claims: Claims,
): ClaimedIdentity {
  refuseTooMuch(authenticator, claims);
  const work = new CelWork();
  const token = { claims, work };
  const identity = {
    username: usernameOf(authenticator, token),
    groups: groupsOf(authenticator, token),
    uid: uidOf(authenticator, token),
    extra: extraOf(authenticator, token),
  };
  if (identity.groups.length > limits.identityGroupsMax) {
    throw new IdentityRefused(`more than ${limits.identityGroupsMax} groups`);
  }
  checkRequiredClaims(authenticator, claims);
  checkRules('claim', authenticator.claimRules, claims, work);
  checkRules('user', authenticator.userRules, withCredentialId(identity, claims), work);
  return identity;
}

function usernameOf({ spec, username }: CompiledAuthenticator, token: Token): string {
  if (username) return textFrom(username, token, 'username');
  const { claims } = token;
  const { claim = '', prefix = '' } = spec.claimMappings.username;
  const name = textClaim(claims, claim, 'username');
  if (claim === 'email' && 'email_verified' in claims && claims['email_verified'] !== true) {
    throw new IdentityRefused('the email of the username is not verified');
  }
  if (name === '') throw new IdentityRefused('the username claim is empty');
  return prefix + name;
}

function groupsOf({ spec, groups }: CompiledAuthenticator, token: Token): readonly string[] {
  if (groups) return textsFrom(groups, token, 'groups');
  const { claim, prefix = '' } = spec.claimMappings.groups ?? {};
  const claimed = claim === undefined ? undefined : ownMember(token.claims, claim);
  if (claimed === undefined) return [];
  const list: unknown[] = Array.isArray(claimed) ? claimed : [claimed];
  return list.map((group) => {
    if (typeof group !== 'string') throw new IdentityRefused('a group claim is no string');
    if (group === '') throw new IdentityRefused('a group claim is empty');
    return prefix + group;
  });
}

function uidOf({ spec, uid }: CompiledAuthenticator, token: Token): string {
  if (uid) return textFrom(uid, token, 'uid');
  const { claim } = spec.claimMappings.uid ?? {};
  return claim === undefined ? '' : textClaim(token.claims, claim, 'uid');
}

function extraOf({ extra }: CompiledAuthenticator, token: Token) {
  const entries = extra.map(({ key, value }) => [key, textsFrom(value, token, 'extra')] as const);
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

function checkRequiredClaims({ spec }: CompiledAuthenticator, claims: Claims): void {
  for (const { claim, requiredValue = '' } of spec.claimValidationRules) {
    if (claim !== undefined && ownMember(claims, claim) !== requiredValue) {
      throw new IdentityRefused('a required claim is missing or another');
    }
  }
}

function checkRules(
  kind: string,
  rules: readonly CompiledRule[],
  variable: unknown,
  work: CelWork,
): void {
  rules.forEach(({ condition, message }, index) => {
    if (evaluated(condition, variable, work, `${kind} validation rule ${index}`) !== true) {
      const words = message === '' ? '' : `: ${message}`;
      throw new IdentityRefused(`${kind} validation rule ${index} does not hold${words}`);
    }
  });
}

/** Adds the id for the rules only: as an extra, it would need a right to be forwarded. */
function withCredentialId(identity: ClaimedIdentity, claims: Claims): ClaimedIdentity {
  const tokenId = ownMember(claims, 'jti');
  if (typeof tokenId !== 'string') return identity;
  return { ...identity, extra: { ...identity.extra, [CREDENTIAL_ID]: [`JTI=${tokenId}`] } };
}

function textClaim(claims: Claims, claim: string, what: string): string {
  const value = ownMember(claims, claim);
  if (typeof value !== 'string') throw new IdentityRefused(`the ${what} claim is no string`);
  return value;
}

function textFrom(expression: CelExpression, { claims, work }: Token, what: string): string {
  const value = evaluated(expression, claims, work, `the ${what} expression`);
  if (typeof value !== 'string') throw new IdentityRefused(`the ${what} is no string`);
  if (value === '') throw new IdentityRefused(`the ${what} is empty`);
  return value;
}

/** Returns texts: `''`, `[]` and null mean none; leaves out empty texts in a list. */
function textsFrom(
  expression: CelExpression,
  { claims, work }: Token,
  what: string,
): readonly string[] {
  const value = evaluated(expression, claims, work, `the ${what} expression`);
  if (value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((text) => {
    if (typeof text !== 'string') throw new IdentityRefused(`the ${what} are no strings`);
    return text === '' ? [] : [text];
  });
}

function evaluated(
  expression: CelExpression,
  variable: unknown,
  work: CelWork,
  what: string,
): unknown {
  try {
    return expression.evaluate(variable, work);
  } catch (error) {
    const problem = error instanceof TooMuchWork ? 'takes too long' : 'has no value';
    throw new IdentityRefused(`${what} ${problem} for this token`);
  }
}

function ownMember(claims: Claims, claim: string): unknown {
  return Object.hasOwn(claims, claim) ? claims[claim] : undefined;
}

/** Limits claims: the library retains the type of each nested value that it has compared. */
function refuseTooMuch(authenticator: CompiledAuthenticator, claims: Claims): void {
  const { username, groups, uid, extra, claimRules } = authenticator;
  const looks = username ?? groups ?? uid ?? extra[0] ?? claimRules[0];
  if (looks === undefined) return;
  let values: readonly unknown[] = Object.values(claims);
  let count = 1;
  for (let depth = 0; values.length > 0; depth += 1) {
    count += values.length;
    if (count > limits.claimValuesMax) {
      throw new IdentityRefused(`more than ${limits.claimValuesMax} values in the claims`);
    }
    if (depth > limits.claimDepthMax) {
      throw new IdentityRefused(`claims in each other more than ${limits.claimDepthMax} deep`);
    }
    values = values.flatMap(valuesIn);
  }
}

function valuesIn(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
