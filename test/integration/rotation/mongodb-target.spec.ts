import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PasswordChange } from '../../../src/rotation/domain/password-target.js';
import { openMongodbTarget } from '../../../src/rotation/targets/mongodb/open-mongodb-target.js';
import { findFreePorts } from '../../cluster/free-ports.js';
import { startFerretdb } from '../../services/ferretdb.js';
import type { TestServer } from '../../services/test-server.js';
import { faultOf } from './fault-of.js';
import { randomPasswords } from './random-passwords.js';
import { startPlainPeer, startTlsPeer } from './strange-peers.js';
import {
  AWKWARD_PASSWORDS,
  type ConnectionOptions,
  login,
  patience,
  secret,
  targetConnection,
} from './target-connection.js';
import { TlsCuttingProxy } from './tls-cutting-proxy.js';

const OLD = 'old-password-of-the-app';
const NEW = 'new-password-of-the-app';
/** Database of the users; the admin belongs to another. */
const PAY = 'pay';

let server: TestServer;
let plainPort: number;
let client: MongoClient;

beforeAll(async () => {
  [plainPort = 0] = await findFreePorts(1);
  server = await startFerretdb({ settings: { 'listen-addr': `127.0.0.1:${plainPort}` } });
  await connect();
});

beforeEach(async () => {
  await client.db(PAY).command({ dropAllUsersFromDatabase: 1 });
  await createUser('app_a', OLD);
});

afterAll(async () => {
  await client.close();
  await server.stop();
});

async function connect(): Promise<void> {
  const url = `mongodb://127.0.0.1:${server.port}/`;
  client = await MongoClient.connect(url, { tls: true, ca: server.ca, auth: server.admin });
}

async function createUser(user: string, pwd: string, mechanisms?: string[]): Promise<void> {
  const chosen = mechanisms === undefined ? {} : { mechanisms };
  await client.db(PAY).command({ createUser: user, pwd, roles: [], ...chosen });
}

async function mechanismsOf(user: string): Promise<unknown> {
  const { users } = await client.db(PAY).command({ usersInfo: user });
  return users[0]?.mechanisms;
}

const target = (at: ConnectionOptions = server, authDatabase = PAY) =>
  openMongodbTarget(targetConnection(at), { authDatabase });
const adminLogin = () => login(server.admin.username, server.admin.password);
const letsIn = (username: string, password: string) =>
  target().logIn(login(username, password), patience());

function set(change: Partial<PasswordChange> = {}, at?: ConnectionOptions): Promise<void> {
  const full = { username: 'app_a', password: secret(NEW), allowPrivileged: false, ...change };
  return target(at).setPassword(adminLogin(), full, patience());
}

describe('a user of MongoDB', () => {
  it('is let in by what the server knows, and by nothing else', async () => {
    expect(await letsIn('app_a', OLD)).toBe(true);
    expect(await letsIn('app_a', NEW)).toBe(false);
    expect(await letsIn('gone', OLD)).toBe(false);
    expect(await target(server, 'other').logIn(login('app_a', OLD), patience())).toBe(false);
  });

  it.each([['SCRAM-SHA-256'], ['SCRAM-SHA-1']])('keeps its only mechanism, %s', async (name) => {
    await createUser('one', OLD, [name]);
    expect(await letsIn('one', OLD)).toBe(true);
    await set({ username: 'one' });
    expect(await mechanismsOf('one')).toEqual([name]);
    expect([await letsIn('one', OLD), await letsIn('one', NEW)]).toEqual([false, true]);
  });

  it('is not let in by what no user can have', async () => {
    expect(await letsIn('app_a', `${OLD}\n`)).toBe(false);
    expect(await letsIn('app_a', 'nul\0')).toBe(false);
  });
});

describe('a rotation between two users', () => {
  it('makes the second one, and lets the first in until it ends', async () => {
    await set({ username: 'app_b', like: 'app_a' });
    expect([await letsIn('app_a', OLD), await letsIn('app_b', NEW)]).toEqual([true, true]);
    await target().endPassword(adminLogin(), { username: 'app_a' }, patience());
    expect([await letsIn('app_a', OLD), await letsIn('app_b', NEW)]).toEqual([false, true]);
    await set({ username: 'app_a', like: 'app_b', password: secret('third') });
    expect([await letsIn('app_a', 'third'), await letsIn('app_b', NEW)]).toEqual([true, true]);
  });

  it('gives the second one no mechanism that the first has not', async () => {
    await createUser('first', OLD, ['SCRAM-SHA-256']);
    await set({ username: 'second', like: 'first' });
    expect(await mechanismsOf('second')).toEqual(['SCRAM-SHA-256']);
  });

  it('may be said again at any time', async () => {
    await set({ username: 'app_b', like: 'app_a' });
    await set({ username: 'app_b', like: 'app_a' });
    expect(await letsIn('app_b', NEW)).toBe(true);
    await target().endPassword(adminLogin(), { username: 'app_b' }, patience());
    await target().endPassword(adminLogin(), { username: 'app_b' }, patience());
    await target().endPassword(adminLogin(), { username: 'gone' }, patience());
    expect(await letsIn('app_b', NEW)).toBe(false);
  });

  it('makes nobody where there is nobody to be like', async () => {
    expect((await faultOf(set({ username: 'app_b', like: 'gone' }))).reason).toBe('UserUnknown');
    expect(await letsIn('app_b', NEW)).toBe(false);
  });
});

describe('a rotation of one user', () => {
  it('leaves the new password alone', async () => {
    await set();
    expect([await letsIn('app_a', OLD), await letsIn('app_a', NEW)]).toEqual([false, true]);
  });

  it('never makes the user', async () => {
    expect((await faultOf(set({ username: 'gone' }))).reason).toBe('UserUnknown');
    expect(await mechanismsOf('gone')).toBeUndefined();
  });

  it('changes the admin itself only where that is allowed', async () => {
    const { username, password } = server.admin;
    const admins = target(server, 'admin');
    const change = { username, password: secret(NEW), allowPrivileged: false };
    const fault = await faultOf(admins.setPassword(adminLogin(), change, patience()));
    expect(fault.reason).toBe('UserPrivileged');
    await admins.setPassword(adminLogin(), { ...change, allowPrivileged: true }, patience());
    expect(await admins.logIn(adminLogin(), patience())).toBe(false);
    const back = { ...change, password: secret(password), allowPrivileged: true };
    await admins.setPassword(login(username, NEW), back, patience());
    expect(await admins.logIn(adminLogin(), patience())).toBe(true);
  });

  it('is done by an admin of the same database as well', async () => {
    await createUser('chief', OLD);
    const change = { username: 'app_a', password: secret(NEW), allowPrivileged: false };
    await target().setPassword(login('chief', OLD), change, patience());
    expect(await letsIn('app_a', NEW)).toBe(true);
    const own = { ...change, username: 'chief' };
    const fault = await faultOf(target().setPassword(login('chief', OLD), own, patience()));
    expect(fault.reason).toBe('UserPrivileged');
  });

  it('never keeps two passwords, which MongoDB has not', async () => {
    expect((await faultOf(set({ keep: secret(OLD) }))).reason).toBe('Unsupported');
    const end = { username: 'app_a', password: secret(OLD) };
    const fault = await faultOf(target().endPassword(adminLogin(), end, patience()));
    expect(fault.reason).toBe('Unsupported');
    expect(await letsIn('app_a', OLD)).toBe(true);
  });
});

describe('passwords', () => {
  it('may hold every character that SCRAM has', async () => {
    for (const password of [...AWKWARD_PASSWORDS, ...randomPasswords(60)]) {
      await set({ password: secret(password) });
      expect([password, await letsIn('app_a', password)]).toEqual([password, true]);
    }
  });

  it('are refused before anything is sent where SCRAM has them not', async () => {
    for (const password of ['', 'line\n', 'nul\0']) {
      const fault = await faultOf(set({ password: secret(password) }));
      expect(fault).toMatchObject({ reason: 'PasswordRejected', mayHaveChanged: false });
    }
    expect(await letsIn('app_a', OLD)).toBe(true);
  });

  it('are not in the log of the server, and outlive its crash', async () => {
    await set();
    expect(server.log()).not.toMatch(/(old|new)-password/);
    await client.close();
    await server.kill();
    await server.start();
    await connect();
    expect([await letsIn('app_a', OLD), await letsIn('app_a', NEW)]).toEqual([false, true]);
  });

  it('are valid although the answer to their change was lost', async () => {
    const proxy = await TlsCuttingProxy.start(server);
    const { port, ca } = proxy;
    proxy.cutAfter('updateUser');
    const fault = await faultOf(set({}, { port, ca }));
    expect(fault).toMatchObject({ reason: 'TargetUnreachable', mayHaveChanged: true });
    expect(proxy.hasCut).toBe(true);
    expect([await letsIn('app_a', OLD), await letsIn('app_a', NEW)]).toEqual([false, true]);
    await set({}, { port, ca });
    await proxy.stop();
  });
});

describe('a server that is not there, or not the one', () => {
  const reasonAt = async (at: ConnectionOptions, signal = patience()): Promise<string> => {
    const change = { username: 'app_a', password: secret(NEW), allowPrivileged: false };
    return (await faultOf(target(at).setPassword(adminLogin(), change, signal))).reason;
  };

  it('lets no wrong admin in, and nothing is changed', async () => {
    const change = { username: 'app_a', password: secret(NEW), allowPrivileged: false };
    const wrong = login(server.admin.username, 'wrong');
    const fault = await faultOf(target().setPassword(wrong, change, patience()));
    expect(fault).toMatchObject({ reason: 'AdminRefused', mayHaveChanged: false });
    expect(await letsIn('app_a', OLD)).toBe(true);
  });

  it('hears nothing where its issuer is unknown, or its name another', async () => {
    const { port, ca } = server;
    expect(await reasonAt({ port, ca: undefined })).toBe('TlsFailed');
    expect(await reasonAt({ port, ca: 'no PEM' })).toBe('TlsFailed');
    expect(await reasonAt({ port, ca, serverName: 'other.test' })).toBe('TlsFailed');
    const peer = await startTlsPeer('db.test');
    expect(await reasonAt({ port: peer.port, ca })).toBe('TlsFailed');
    expect(await reasonAt({ port: peer.port, ca: peer.ca, serverName: 'a.test' })).toBe(
      'TlsFailed',
    );
    expect(String(peer.received())).toBe('');
    await peer.close();
  });

  it('may have another name where the spec checks the issuer alone', async () => {
    const at = { port: server.port, ca: server.ca, serverName: 'other.test' };
    const any = target({ ...at, mode: 'verify-ca' });
    expect(await any.logIn(login('app_a', OLD), patience())).toBe(true);
  });

  it('hears nothing but an offer of TLS where it has none', async () => {
    expect(await reasonAt({ port: plainPort, ca: server.ca })).toBe('TlsFailed');
    const peer = await startPlainPeer('no TLS here');
    expect(await reasonAt({ port: peer.port, ca: server.ca })).toBe('TlsFailed');
    expect(peer.received().subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03]));
    await peer.close();
  });

  it('is unreachable where nobody listens', async () => {
    const [port = 0] = await findFreePorts(1);
    expect(await reasonAt({ port, ca: server.ca })).toBe('TargetUnreachable');
  });

  it('costs no more than its time where it hangs, before TLS or after', async () => {
    const soon = () => AbortSignal.timeout(300);
    const beganMs = performance.now();
    process.kill(server.pid, 'SIGSTOP');
    const hung = await reasonAt(server, soon());
    process.kill(server.pid, 'SIGCONT');
    expect(hung).toBe('TargetTimeout');
    const peer = await startTlsPeer('db.test');
    expect(await reasonAt({ port: peer.port, ca: peer.ca }, soon())).toBe('TargetTimeout');
    await peer.close();
    expect(performance.now() - beganMs).toBeLessThan(3_000);
    expect(await letsIn('app_a', OLD)).toBe(true);
  });
});
