import { describe, expect, it } from 'vitest';
import {
  haveSameRoles,
  readMongoUser,
} from '../../../../../src/rotation/domain/mongodb/mongo-user.js';

describe('a user in the words of usersInfo', () => {
  it('is read as MongoDB shows it with privileges', () => {
    const role = { role: 'readWrite', db: 'pay' };
    const user = {
      _id: 'pay.app',
      user: 'app',
      db: 'pay',
      mechanisms: ['SCRAM-SHA-256'],
      roles: [{ ...role, isBuiltin: true }],
      inheritedRoles: [role],
      inheritedPrivileges: [
        { resource: { db: 'pay', collection: '' }, actions: ['find'] },
        { resource: { cluster: true }, actions: ['listSessions'] },
        { resource: { anyResource: true }, actions: ['anyAction'] },
      ],
      authenticationRestrictions: [{ clientSource: ['10.0.0.0/8'] }],
    };
    expect(readMongoUser({ users: [user], ok: 1 })).toEqual({
      mechanisms: ['SCRAM-SHA-256'],
      roles: [role],
      inheritedRoles: [role],
      inheritedPrivileges: [
        { isAnyResource: false, db: 'pay', actions: ['find'] },
        { isAnyResource: false, db: undefined, actions: ['listSessions'] },
        { isAnyResource: true, db: undefined, actions: ['anyAction'] },
      ],
      restrictions: [{ clientSource: ['10.0.0.0/8'] }],
    });
  });

  it('is read where a server shows less', () => {
    expect(readMongoUser({ users: [{ user: 'app', db: 'pay' }] })).toEqual({
      mechanisms: undefined,
      roles: [],
      inheritedRoles: [],
      inheritedPrivileges: [],
      restrictions: [],
    });
  });

  it('is not there where the list is empty', () => {
    expect(readMongoUser({ users: [], ok: 1 })).toBeUndefined();
  });
});

describe('the roles of two users', () => {
  const userWith = (...roles: { role: string; db: string }[]) => {
    const user = readMongoUser({ users: [{ roles }] });
    if (user === undefined) throw new Error('no user');
    return user;
  };
  const read = { role: 'read', db: 'pay' };
  const write = { role: 'readWrite', db: 'pay' };

  it('are the same in another order', () => {
    expect(haveSameRoles(userWith(read, write), userWith(write, read))).toBe(true);
  });

  it('differ by what one has not, and by database', () => {
    expect(haveSameRoles(userWith(read, write), userWith(read))).toBe(false);
    expect(haveSameRoles(userWith(read), userWith({ ...read, db: 'other' }))).toBe(false);
  });
});
