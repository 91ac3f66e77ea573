import { describe, expect, it } from 'vitest';
import { isPrivileged } from '../../../../../src/rotation/domain/mongodb/mongo-privilege.js';
import { readMongoUser } from '../../../../../src/rotation/domain/mongodb/mongo-user.js';

function isPowerful(user: Record<string, unknown>): boolean {
  const read = readMongoUser({ users: [user] });
  if (read === undefined) throw new Error('no user');
  return isPrivileged(read);
}

describe('an administrator of MongoDB', () => {
  it.each([
    ['root', 'admin'],
    ['__system', 'admin'],
    ['userAdminAnyDatabase', 'admin'],
    ['clusterAdmin', 'admin'],
    ['backup', 'admin'],
    ['restore', 'admin'],
    ['dbOwner', 'admin'],
    ['userAdmin', 'admin'],
  ])('has the role %s of %s, directly or within another', (role, db) => {
    expect(isPowerful({ roles: [{ role, db }] })).toBe(true);
    expect(isPowerful({ roles: [], inheritedRoles: [{ role, db }] })).toBe(true);
  });

  it.each([
    [{ anyResource: true }, 'anyAction'],
    [{ db: '', collection: '' }, 'grantRole'],
    [{ db: 'admin', collection: '' }, 'createUser'],
    [{ db: 'admin', collection: '' }, 'changePassword'],
  ])('may on %j %s, by a role of its own making', (resource, action) => {
    expect(isPowerful({ inheritedPrivileges: [{ resource, actions: [action] }] })).toBe(true);
  });

  it('is no user of one database, its owner included', () => {
    const roles = [
      { role: 'readWrite', db: 'pay' },
      { role: 'dbOwner', db: 'pay' },
      { role: 'readWriteAnyDatabase', db: 'admin' },
    ];
    const inheritedPrivileges = [
      { resource: { db: 'pay', collection: '' }, actions: ['createUser', 'grantRole'] },
      { resource: { db: 'admin', collection: 'x' }, actions: ['find'] },
      { resource: { cluster: true }, actions: ['listDatabases'] },
    ];
    expect(isPowerful({ roles, inheritedRoles: roles, inheritedPrivileges })).toBe(false);
  });
});
