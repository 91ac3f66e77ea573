import type { ApiStatusError } from '../model/api-status.js';
import type { Attributes, Authorizer, UserInfo } from '../model/identity.js';
import { nodeOf, serviceAccountOf } from './account-names.js';
import { extraProblem } from './extra-keys.js';
import { forbiddenError } from './forbidden.js';
import { PRIVILEGED_GROUP } from './rbac-authorizer.js';

const AUTHENTICATION_GROUP = 'authentication.k8s.io';
/** From this number on, the API server checks `*` once before it checks each value. */
const MANY = 4;

export interface ImpersonationQuestion {
  readonly requestor: UserInfo;
  readonly wanted: UserInfo;
  /** `impersonate`, or `impersonate:` and a mode. */
  readonly verb: string;
  readonly authorizer: Authorizer;
}

/** Returns why the requestor may not become the wanted user; undefined if that is allowed. */
export function refuseIdentity(question: ImpersonationQuestion): ApiStatusError | undefined {
  return (
    refuseUsername(question) ??
    refuseUid(question) ??
    refuseGroups(question) ??
    refuseExtra(question)
  );
}

/** Returns the 403 of a missing right. */
export function refuseUnlessAllowed(
  attributes: Attributes,
  authorizer: Authorizer,
): ApiStatusError | undefined {
  const { isAllowed, reason } = authorizer.decide(attributes);
  return isAllowed ? undefined : forbiddenError(attributes, reason);
}

function refuseUsername(question: ImpersonationQuestion): ApiStatusError | undefined {
  const { wanted, verb, authorizer } = question;
  const account = serviceAccountOf(wanted.username);
  const node = isConstrained(question) ? nodeOf(wanted.username) : undefined;
  const base = { resource: 'users', name: wanted.username, group: identityGroup(question) };
  let target: Partial<Attributes> = base;
  if (account !== undefined) target = { ...base, resource: 'serviceaccounts', ...account };
  // The right to become the requestor's own node applies to every node, hence `*`.
  else if (verb === 'impersonate:associated-node')
    target = { ...base, resource: 'nodes', name: '*' };
  else if (node !== undefined) target = { ...base, resource: 'nodes', name: node };
  return refuseUnlessAllowed(asked(question, target), authorizer);
}

function refuseUid(question: ImpersonationQuestion): ApiStatusError | undefined {
  const { uid } = question.wanted;
  if (uid === '') return undefined;
  const target = { group: AUTHENTICATION_GROUP, resource: 'uids', name: uid };
  return refuseUnlessAllowed(asked(question, target), question.authorizer);
}

function refuseGroups(question: ImpersonationQuestion): ApiStatusError | undefined {
  const { groups } = question.wanted;
  const target = (name: string): Attributes =>
    asked(question, { group: identityGroup(question), resource: 'groups', name });
  const refusal = (name: string): ApiStatusError | undefined =>
    refuseUnlessAllowed(target(name), question.authorizer);
  if (isConstrained(question)) {
    if (groups.includes('')) {
      return forbiddenError(target(''), 'impersonating the empty string group is not allowed');
    }
    if (groups.includes(PRIVILEGED_GROUP)) {
      const why = `impersonating the ${PRIVILEGED_GROUP} group is not allowed`;
      return forbiddenError(target(PRIVILEGED_GROUP), why);
    }
    if (groups.length >= MANY && refusal('*') === undefined) return undefined;
  }
  return firstRefusal(groups, refusal);
}

function refuseExtra(question: ImpersonationQuestion): ApiStatusError | undefined {
  const { extra } = question.wanted;
  const target = (subresource: string, name: string): Attributes =>
    asked(question, { group: AUTHENTICATION_GROUP, resource: 'userextras', subresource, name });
  const refusal = ([key, value]: readonly [string, string]): ApiStatusError | undefined =>
    refuseUnlessAllowed(target(key, value), question.authorizer);
  const pairs = Object.entries(extra).flatMap(([key, values]) =>
    values.map((value) => [key, value] as const),
  );
  if (isConstrained(question)) {
    const problem = extraProblem(extra);
    if (problem !== undefined) return forbiddenError(target('', ''), problem);
    if (pairs.length >= MANY && refusal(['*', '*']) === undefined) return undefined;
  }
  return firstRefusal(pairs, refusal);
}

function firstRefusal<T>(
  items: readonly T[],
  refusal: (item: T) => ApiStatusError | undefined,
): ApiStatusError | undefined {
  for (const item of items) {
    const found = refusal(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isConstrained({ verb }: ImpersonationQuestion): boolean {
  return verb !== 'impersonate';
}

/** Users, groups and ServiceAccounts are in the core group only in legacy impersonation. */
function identityGroup(question: ImpersonationQuestion): string {
  return isConstrained(question) ? AUTHENTICATION_GROUP : '';
}

function asked(question: ImpersonationQuestion, target: Partial<Attributes>): Attributes {
  return {
    user: question.requestor,
    verb: question.verb,
    isResource: true,
    group: '',
    version: 'v1',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path: '',
    ...target,
  };
}
