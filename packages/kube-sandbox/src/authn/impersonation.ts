import { nodeOf, serviceAccountGroups, serviceAccountOf } from '../authz/account-names.js';
import { wantedIdentity } from '../authz/impersonation-headers.js';
import { refuseIdentity, refuseUnlessAllowed } from '../authz/impersonation-rights.js';
import { type ApiStatusError, internalError } from '../model/api-status.js';
import type { Attributes, Authorizer, UserInfo } from '../model/identity.js';

const ANONYMOUS = 'system:anonymous';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';
const NODE_NAME_KEY = 'authentication.kubernetes.io/node-name';

const LEGACY = 'legacy';
const REMEMBERED_MAX = 10_000;

/** Mode of impersonation, with the users that the mode applies to. */
interface Mode {
  readonly name: string;
  suits(wanted: UserInfo, requestor: UserInfo): boolean;
}

/** Modes in the order of the attempts. */
const MODES: readonly Mode[] = [
  {
    name: 'associated-node',
    suits: (wanted, requestor) => isBareName(wanted) && runsOnNode(requestor, wanted.username),
  },
  {
    name: 'arbitrary-node',
    suits: (wanted) => isBareName(wanted) && nodeOf(wanted.username) !== undefined,
  },
  {
    name: 'serviceaccount',
    suits: (wanted) => isBareName(wanted) && serviceAccountOf(wanted.username) !== undefined,
  },
  {
    name: 'user-info',
    suits: ({ username }) =>
      nodeOf(username) === undefined && serviceAccountOf(username) === undefined,
  },
  { name: LEGACY, suits: () => true },
];

/**
 * Returns the effective user of a request: the requestor, or the user in the `Impersonate-…`
 * headers if a mode of impersonation allows that. Throws 400 for headers without a user name, and
 * the 403 of the first attempted mode. If a caller passes `lastModes` with each request, the mode
 * that a requestor used last is tried first, as in the API server.
 * https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
 */
export function impersonate(
  user: UserInfo,
  rawHeaders: readonly string[],
  attributes: Omit<Attributes, 'user'>,
  authorizer: Authorizer,
  lastModes: Map<string, string> = new Map(),
): UserInfo {
  const wanted = wantedIdentity(rawHeaders);
  if (wanted === undefined) return user;
  const asked: Attributes = { ...attributes, user };
  let first: ApiStatusError | undefined;
  for (const { name } of modesFor(wanted, user, lastModes.get(user.username))) {
    const refusal = refuseMode(name, wanted, asked, authorizer);
    if (refusal === undefined) {
      if (lastModes.size >= REMEMBERED_MAX) lastModes.clear();
      lastModes.set(user.username, name);
      return completed(wanted, name !== LEGACY && nodeOf(wanted.username) !== undefined);
    }
    first ??= refusal;
  }
  // Legacy impersonation applies to every user, so at least one mode has refused.
  throw first ?? internalError();
}

function modesFor(
  wanted: UserInfo,
  requestor: UserInfo,
  last: string | undefined,
): readonly Mode[] {
  const suitable = MODES.filter((mode) => mode.suits(wanted, requestor));
  return [
    ...suitable.filter(({ name }) => name === last),
    ...suitable.filter(({ name }) => name !== last),
  ];
}

function refuseMode(
  mode: string,
  wanted: UserInfo,
  asked: Attributes,
  authorizer: Authorizer,
): ApiStatusError | undefined {
  const requestor = asked.user;
  if (mode === LEGACY) {
    return refuseIdentity({ requestor, wanted, verb: 'impersonate', authorizer });
  }
  const verb = `impersonate-on:${mode}:${asked.verb}`;
  return (
    refuseUnlessAllowed({ ...asked, verb }, authorizer) ??
    refuseIdentity({ requestor, wanted, verb: `impersonate:${mode}`, authorizer })
  );
}

/** Adds the groups that the API server adds. */
function completed(wanted: UserInfo, isNode: boolean): UserInfo {
  const { username } = wanted;
  const account = serviceAccountOf(username);
  let groups = wanted.groups;
  if (isNode) groups = ['system:nodes'];
  else if (account !== undefined && groups.length === 0) {
    groups = serviceAccountGroups(account.namespace);
  }
  if (username === ANONYMOUS) return { ...wanted, groups: withGroup(groups, UNAUTHENTICATED) };
  if (groups.includes(UNAUTHENTICATED)) return { ...wanted, groups };
  return { ...wanted, groups: withGroup(groups, AUTHENTICATED) };
}

function withGroup(groups: readonly string[], group: string): readonly string[] {
  return groups.includes(group) ? groups : [...groups, group];
}

function isBareName({ uid, groups, extra }: UserInfo): boolean {
  return uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
}

/** Reports whether the ServiceAccount token was issued to a pod on the node with that user name. */
function runsOnNode(requestor: UserInfo, username: string): boolean {
  const node = nodeOf(username);
  if (node === undefined || serviceAccountOf(requestor.username) === undefined) return false;
  const values = requestor.extra[NODE_NAME_KEY] ?? [];
  return values.length === 1 && values[0] === node;
}
