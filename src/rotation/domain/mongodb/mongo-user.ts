export interface MongoRole {
  readonly role: string;
  readonly db: string;
}

export interface MongoPrivilege {
  readonly isAnyResource: boolean;
  /** Empty: every database; undefined: of the cluster or any resource. */
  readonly db: string | undefined;
  readonly actions: readonly string[];
}

/** A user as `usersInfo` shows it; what a server leaves out is empty. */
export interface MongoUser {
  readonly roles: readonly MongoRole[];
  /** Roles with those in them; shown with `showPrivileges` alone, like the privileges. */
  readonly inheritedRoles: readonly MongoRole[];
  readonly inheritedPrivileges: readonly MongoPrivilege[];
  /** Of SCRAM; undefined: the server's own choice. */
  readonly mechanisms: readonly string[] | undefined;
  /** Addresses that the user may come from, in the server's form. */
  readonly restrictions: readonly unknown[];
}

/**
 * The first user of an answer; undefined where there is none.
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

/** Whether two users have the same roles of their own, in whatever order. */
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
