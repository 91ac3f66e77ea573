import type { MongoPrivilege, MongoRole, MongoUser } from './mongo-user.js';

/** https://www.mongodb.com/docs/manual/reference/built-in-roles/ */
const POWERFUL_ROLES = new Set([
  'root',
  '__system',
  'userAdminAnyDatabase',
  'clusterAdmin',
  // These roles read and write the collection of users.
  'backup',
  'restore',
]);

/** Roles that, on `admin`, grant any role, including the superuser's. */
const POWERFUL_ON_ADMIN = new Set(['dbOwner', 'userAdmin']);

const POWERFUL_ACTIONS = new Set(['changePassword', 'createUser', 'grantRole', 'anyAction']);

/** Reports whether a user may give itself any right, directly or by roles within its roles. */
export function isPrivileged(user: MongoUser): boolean {
  return (
    [...user.roles, ...user.inheritedRoles].some(isPowerfulRole) ||
    user.inheritedPrivileges.some(isPowerfulPrivilege)
  );
}

function isPowerfulRole({ role, db }: MongoRole): boolean {
  return POWERFUL_ROLES.has(role) || (db === 'admin' && POWERFUL_ON_ADMIN.has(role));
}

function isPowerfulPrivilege({ isAnyResource, db, actions }: MongoPrivilege): boolean {
  const isWide = isAnyResource || db === '' || db === 'admin';
  return isWide && actions.some((action) => POWERFUL_ACTIONS.has(action));
}
