export interface MongoRole {
  readonly role: string;
  readonly db: string;
}

export interface MongoPrivilege {
  readonly isAnyResource: boolean;
  /** Empty: every database; undefined: the cluster or any resource. */
  readonly db: string | undefined;
  readonly actions: readonly string[];
}

/** User as returned by `usersInfo`; what a server leaves out is empty. */
export interface MongoUser {
  readonly roles: readonly MongoRole[];
  /** Roles including nested roles; returned only with `showPrivileges`, like the privileges. */
  readonly inheritedRoles: readonly MongoRole[];
  readonly inheritedPrivileges: readonly MongoPrivilege[];
  /** SCRAM mechanisms; undefined: the server's own choice. */
  readonly mechanisms: readonly string[] | undefined;
  /** Addresses from which the user may connect, in the server's form. */
  readonly restrictions: readonly unknown[];
}

/**
 * Returns the first user of an answer; undefined if there is none.
 * https://www.mongodb.com/docs/manual/reference/command/usersInfo/
 */
export function readMongoUser(answer: Readonly<Record<string, unknown>>): MongoUser | undefined {
  const [user] = listOf(answer['users']);
  if (!isDocument(user)) return undefined;
  const mechanisms = listOf(user['mechanisms']).filter((one) => typeof one === 'string');
  return {
    roles: listOf(user['roles']).flatMap(roleOf),
    inheritedRoles: listOf(user['inheritedRoles']).flatMap(roleOf),
    inheritedPrivileges: listOf(user['inheritedPrivileges']).flatMap(privilegeOf),
    mechanisms: mechanisms.length === 0 ? undefined : mechanisms,
    restrictions: listOf(user['authenticationRestrictions']),
  };
}

/** Reports whether two users have equal direct roles, in any order. */
export function haveSameRoles(one: MongoUser, other: MongoUser): boolean {
  const names = ({ roles }: MongoUser): readonly string[] =>
    roles.map(({ role, db }) => JSON.stringify([db, role])).toSorted();
  return names(one).join() === names(other).join();
}

function roleOf(value: unknown): readonly MongoRole[] {
  if (!isDocument(value)) return [];
  const { role, db } = value;
  return typeof role === 'string' && typeof db === 'string' ? [{ role, db }] : [];
}

function privilegeOf(value: unknown): readonly MongoPrivilege[] {
  if (!isDocument(value)) return [];
  const resource = isDocument(value['resource']) ? value['resource'] : {};
  const actions = listOf(value['actions']).filter((one) => typeof one === 'string');
  const db = typeof resource['db'] === 'string' ? resource['db'] : undefined;
  return [{ isAnyResource: resource['anyResource'] === true, db, actions }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
