import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import type { PasswordChange } from '../../../../../src/rotation/domain/password-target.js';
import {
  type AdminSession,
  endPassword,
  setPassword,
} from '../../../../../src/rotation/targets/mongodb/change-users.js';
import { MongoRefusal } from '../../../../../src/rotation/targets/mongodb/mongo-session.js';

type Members = Record<string, unknown>;

const NEW = 'new-password';
const READ = { role: 'read', db: 'pay' };
const WRITE = { role: 'readWrite', db: 'pay' };
const WRITE_CONCERN = { w: 'majority', wtimeout: 5_000 };

/**
 * What MongoDB answers according to its manual, where there is no server of it to be had: roles,
 * restrictions and replica sets, which FerretDB has not.
 */
class Manual implements AdminSession {
  readonly authDatabase = 'pay';
  readonly adminSource = 'admin';
  readonly commands: Members[] = [];
  /** All that were asked, and asked about. */
  readonly databases = new Set<string>();
  readonly #users: Readonly<Record<string, Members>>;
  readonly #answer: () => Members;

  constructor(users: Readonly<Record<string, Members>>, answer = (): Members => ({ ok: 1 })) {
    this.#users = users;
    this.#answer = answer;
  }

  command(database: string, command: Members): Promise<Members> {
    this.databases.add(database);
    const asked = command['usersInfo'] as
      | { readonly user: string; readonly db: string }
      | undefined;
    if (asked === undefined) {
      this.commands.push(command);
      return Promise.resolve().then(this.#answer);
    }
    this.databases.add(asked.db);
    const user = this.#users[asked.user];
    return Promise.resolve({ users: user === undefined ? [] : [user], ok: 1 });
  }
}

const secret = (text: string) => SecretValue.fromBytes(Buffer.from(text));
const admin = { username: 'admin', password: secret('of the admin') };

function set(session: AdminSession, change: Partial<PasswordChange> = {}): Promise<void> {
  const full = { username: 'b', password: secret(NEW), allowPrivileged: false, ...change };
  return setPassword(session, admin, full);
}

describe('the second of two users', () => {
  it('is made with the roles, mechanisms and restrictions of the first', async () => {
    const authenticationRestrictions = [{ clientSource: ['10.0.0.0/8'] }];
    const mechanisms = ['SCRAM-SHA-256'];
    const session = new Manual({
      a: { roles: [READ, WRITE], mechanisms, authenticationRestrictions },
    });
    await set(session, { like: 'a' });
    expect(session.commands).toEqual([
      {
        createUser: 'b',
        pwd: NEW,
        mechanisms,
        roles: [READ, WRITE],
        authenticationRestrictions,
        writeConcern: WRITE_CONCERN,
      },
    ]);
    expect([...session.databases]).toEqual(['pay']);
  });

  it('gets the roles of the first again, where they have changed', async () => {
    const session = new Manual({ a: { roles: [WRITE] }, b: { roles: [READ, WRITE] } });
    await set(session, { like: 'a' });
    expect(session.commands).toMatchObject([{ updateUser: 'b', pwd: NEW, roles: [WRITE] }]);
  });

  it('loses restrictions that the first has not', async () => {
    const authenticationRestrictions = [{ clientSource: ['10.0.0.0/8'] }];
    const session = new Manual({
      a: { roles: [READ] },
      b: { roles: [READ], authenticationRestrictions },
    });
    await set(session, { like: 'a' });
    expect(session.commands).toMatchObject([{ authenticationRestrictions: [] }]);
  });

  it('keeps its roles where they are those of the first', async () => {
    const session = new Manual({ a: { roles: [READ, WRITE] }, b: { roles: [WRITE, READ] } });
    await set(session, { like: 'a' });
    expect(session.commands).toEqual([{ updateUser: 'b', pwd: NEW, writeConcern: WRITE_CONCERN }]);
  });
});

describe('an administrator', () => {
  const root = { roles: [{ role: 'root', db: 'admin' }] };
  const plain = { roles: [READ] };
  const inherits = { roles: [READ], inheritedRoles: [{ role: 'restore', db: 'admin' }] };

  it.each([
    ['itself', { b: root }, undefined],
    ['by a role within its own', { b: inherits }, undefined],
    ['to be like', { a: root }, 'a'],
    ['to be like, by now', { a: root, b: plain }, 'a'],
    ['that was made like another', { a: plain, b: root }, 'a'],
  ])('is refused: %s', async (_title, users, like) => {
    const session = new Manual(users);
    const change = like === undefined ? {} : { like };
    await expect(set(session, change)).rejects.toMatchObject({ reason: 'UserPrivileged' });
    expect(session.commands).toEqual([]);
    await set(session, { ...change, allowPrivileged: true });
    expect(session.commands).toHaveLength(1);
  });
});

describe('a replica set', () => {
  it('has followed by its majority, or has not', async () => {
    const users = { b: { roles: [READ] } };
    const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
    const session = new Manual(users, () => ({ ok: 1, writeConcernError }));
    await expect(set(session)).rejects.toMatchObject({
      reason: 'NotPropagated',
      mayHaveChanged: true,
    });
    await expect(endPassword(session, { username: 'b' })).rejects.toMatchObject({
      reason: 'NotPropagated',
    });
  });
});

describe('the end of a password', () => {
  it('is another one that is different each time', async () => {
    const session = new Manual({ b: { roles: [READ], mechanisms: ['SCRAM-SHA-1'] } });
    await endPassword(session, { username: 'b' });
    await endPassword(session, { username: 'b' });
    expect(session.commands).toMatchObject(
      Array(2).fill({ updateUser: 'b', mechanisms: ['SCRAM-SHA-1'] }),
    );
    const passwords = session.commands.map(({ pwd }) => String(pwd));
    expect(new Set(passwords).size).toBe(2);
    expect(Math.min(...passwords.map(({ length }) => length))).toBeGreaterThanOrEqual(43);
  });

  it('has come where the user goes meanwhile', async () => {
    const session = new Manual({ b: { roles: [READ] } }, () => {
      throw new MongoRefusal(11, false);
    });
    await expect(endPassword(session, { username: 'b' })).resolves.toBeUndefined();
  });
});
