import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PasswordChange } from '../../../src/rotation/domain/password-target.js';
import { isPrivileged } from '../../../src/rotation/domain/redis/acl-privilege.js';
import { readAclUser } from '../../../src/rotation/domain/redis/acl-user.js';
import { openRedisTarget } from '../../../src/rotation/targets/redis/open-redis-target.js';
import { findFreePorts } from '../../cluster/free-ports.js';
import { startRedis } from '../../services/redis.js';
import type { TestServer, TestServerOptions } from '../../services/test-server.js';
import { faultOf } from './fault-of.js';
import { adminOf, startRedisWithoutAclFile } from './redis-servers.js';
import { startPlainPeer, startTlsPeer } from './strange-peers.js';
import {
  type ConnectionOptions,
  login,
  patience,
  secret,
  targetConnection,
} from './target-connection.js';

const OLD = 'old-password-of-the-app';
const NEW = 'new-password-of-the-app';
const APP = ['on', 'resetpass', `>${OLD}`, '~*', '-@all', '+get'] as const;

let server: TestServer;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis();
  admin = await adminOf(server);
});

beforeEach(() => admin.call('ACL', 'SETUSER', 'app', ...APP));

afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const change = { username: 'app', password: secret(NEW), allowPrivileged: false };

function set(
  asked: Partial<PasswordChange> = {},
  { at = server, by = login(at.admin.username, at.admin.password) } = {},
): Promise<void> {
  return openRedisTarget(targetConnection(at)).setPassword(by, { ...change, ...asked }, patience());
}

const shown = (name = 'app') => admin.call('ACL', 'GETUSER', name);

/** Runs with a server, and an admin on it who has made the user. */
async function withServer(
  starting: Promise<TestServer>,
  work: (server: TestServer, admin: Redis) => Promise<void>,
): Promise<void> {
  const other = await starting;
  const client = await adminOf(other);
  try {
    await client.call('ACL', 'SETUSER', 'app', ...APP);
    await work(other, client);
  } finally {
    client.disconnect();
    await other.stop();
  }
}

const startWith = (settings: TestServerOptions['settings'] = {}) => startRedis({ settings });

describe('a user that is not to be changed', () => {
  it('is not made where it is not there', async () => {
    for (const username of ['gone', 'two words', '', 'nul\0']) {
      expect((await faultOf(set({ username }))).reason).toBe('UserUnknown');
    }
    expect(await admin.call('ACL', 'USERS')).toEqual(['admin', 'app', 'default']);
  });

  it('is an administrator, the default user or the admin, unless that is allowed', async () => {
    await admin.call('ACL', 'SETUSER', 'boss', ...APP, '+@all');
    await admin.call('ACL', 'SETUSER', 'default', ...APP);
    for (const username of ['boss', 'default', server.admin.username]) {
      const before = await shown(username);
      expect((await faultOf(set({ username }))).reason).toBe('UserPrivileged');
      expect(await shown(username)).toEqual(before);
    }
    await set({ username: 'boss', allowPrivileged: true });
    const boss = openRedisTarget(targetConnection(server));
    expect(await boss.logIn(login('boss', NEW), patience())).toBe(true);
  });

  it('is let in with any password, or not at all', async () => {
    await admin.call('ACL', 'SETUSER', 'app', 'nopass');
    expect((await faultOf(set())).reason).toBe('Unsupported');
    const target = openRedisTarget(targetConnection(server));
    const fault = await faultOf(target.logIn(login('app', NEW), patience()));
    expect(fault.message).toContain('nopass');
    await admin.call('ACL', 'SETUSER', 'app', ...APP, 'off');
    expect((await faultOf(set())).reason).toBe('Unsupported');
  });

  it('is one of two in turns: Redis needs no second one', async () => {
    expect((await faultOf(set({ like: 'app' }))).reason).toBe('Unsupported');
  });
});

describe('an administrator', () => {
  it.each([
    '+@all',
    '+@all -acl',
    '+@all -@admin',
    '+@admin -acl',
    '+@dangerous',
    '+@slow',
    '+@read +@write +@fast +@connection +@scripting +@pubsub +@keyspace',
    '+acl|whoami +acl|setuser',
    '+config|get',
    '+debug',
  ])('is who the server lets change users or itself: %s', async (rules) => {
    await admin.call('ACL', 'SETUSER', 'boss', 'reset', 'on', '~*', ...rules.split(' '));
    const powerful = [
      ...['ACL SETUSER x', 'ACL LOAD', 'CONFIG SET save x', 'MODULE LOAD x', 'DEBUG JMAP'],
      ...['MODULE LOADEX x', 'REPLICAOF no one', 'SLAVEOF no one'],
    ];
    const answers = powerful.map((command) =>
      admin.call('ACL', 'DRYRUN', 'boss', ...command.split(' ')),
    );
    const isPowerful = (await Promise.all(answers)).includes('OK');
    const user = readAclUser(await shown('boss'));
    expect(user && isPrivileged(user)).toBe(isPowerful);
  });
});

describe('an admin who is not let in', () => {
  it('is refused by name, password or right, and nothing is changed', async () => {
    const before = await shown();
    const wrong = login(server.admin.username, 'wrong');
    expect((await faultOf(set({}, { by: wrong }))).reason).toBe('AdminRefused');
    const rights = [[], ['+acl'], ['+acl', '+info', '-acl|save'], ['+acl|getuser', '+info']];
    for (const right of rights) {
      await admin.call('ACL', 'SETUSER', 'weak', 'reset', 'on', '>weak', ...right);
      const fault = await faultOf(set({}, { by: login('weak', 'weak') }));
      expect(fault).toMatchObject({ reason: 'AdminRefused', mayHaveChanged: false });
    }
    expect(await shown()).toEqual(before);
  });

  it('needs no more than the documented rights', async () => {
    const rights = ['+acl', '+info', '+multi', '+exec'];
    await admin.call('ACL', 'SETUSER', 'weak', 'reset', 'on', '>weak', ...rights);
    await set({}, { by: login('weak', 'weak') });
  });
});

describe('a server that would forget or not share a password', () => {
  it('has no file for its users', async () => {
    await withServer(startRedisWithoutAclFile('none'), async (at, client) => {
      const before = await client.call('ACL', 'GETUSER', 'app');
      const fault = await faultOf(set({}, { at }));
      expect(fault).toMatchObject({ reason: 'Unsupported', mayHaveChanged: false });
      expect(await client.call('ACL', 'GETUSER', 'app')).toEqual(before);
    });
  });

  it('is none that can rewrite its configuration', async () => {
    await withServer(startRedisWithoutAclFile('file'), async (at) => {
      await set({ keep: secret(OLD) }, { at });
      await at.kill();
      await at.start();
      const target = openRedisTarget(targetConnection(at));
      for (const password of [OLD, NEW]) {
        expect(await target.logIn(login('app', password), patience())).toBe(true);
      }
    });
  });

  it('is a node among others of a cluster, but not a cluster of one', async () => {
    const settings = { 'cluster-enabled': 'yes', 'tls-cluster': 'yes' };
    await withServer(startWith(settings), async (at, client) => {
      await set({}, { at });
      await withServer(startWith(settings), async ({ port }) => {
        await client.call('CLUSTER', 'MEET', '127.0.0.1', String(port));
        await vi.waitFor(async () => {
          expect((await faultOf(set({}, { at }))).reason).toBe('Unsupported');
        });
      });
    });
  });

  it('has replicas, or is one', async () => {
    await withServer(startWith({ 'tls-replication': 'yes' }), async (replica, client) => {
      const before = await shown();
      const { username, password } = server.admin;
      const ca = join(server.dir, 'ca.crt');
      await client.call('CONFIG', 'SET', 'tls-ca-cert-file', ca, 'masteruser', username);
      await client.call('CONFIG', 'SET', 'masterauth', password);
      await client.call('REPLICAOF', '127.0.0.1', String(server.port));
      const connected = async () => String(await admin.call('INFO', 'replication'));
      await expect.poll(connected, { timeout: 20_000 }).toContain('connected_slaves:1');
      expect((await faultOf(set())).message).toContain('has replicas');
      expect((await faultOf(set({}, { at: replica }))).message).toContain('is a replica');
      expect(await shown()).toEqual(before);
    });
    await expect
      .poll(async () => String(await admin.call('INFO', 'replication')))
      .toContain('connected_slaves:0');
  });
});

describe('a server that is not there, or not the one', () => {
  const reasonAt = async (at: ConnectionOptions, signal = patience()): Promise<string> => {
    const target = openRedisTarget(targetConnection(at));
    const admins = login(server.admin.username, server.admin.password);
    return (await faultOf(target.setPassword(admins, change, signal))).reason;
  };

  it('hears nothing where its issuer is unknown, or its name another', async () => {
    const { port, ca } = server;
    expect(await reasonAt({ port, ca: undefined })).toBe('TlsFailed');
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
    const { port, ca } = server;
    const at = { port, ca, serverName: 'other.test', mode: 'verify-ca' } as const;
    const target = openRedisTarget(targetConnection(at));
    expect(await target.logIn(login('app', OLD), patience())).toBe(true);
    const unknown = openRedisTarget(targetConnection({ ...at, ca: undefined }));
    expect((await faultOf(unknown.logIn(login('app', OLD), patience()))).reason).toBe('TlsFailed');
  });

  it('hears nothing but an offer of TLS where it has none', async () => {
    const [plainPort = 0] = await findFreePorts(1);
    await withServer(startWith({ port: String(plainPort) }), async (at) => {
      expect(await reasonAt({ port: plainPort, ca: at.ca })).toBe('TlsFailed');
      expect(at.log()).not.toContain(NEW);
    });
    const peer = await startPlainPeer('-ERR no\r\n');
    expect(await reasonAt({ port: peer.port, ca: server.ca })).toBe('TlsFailed');
    expect(peer.received().subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03]));
    await peer.close();
  });

  it('is refused where it wants a certificate of its clients', async () => {
    await admin.call('CONFIG', 'SET', 'tls-auth-clients', 'yes');
    const reason = await reasonAt({ port: server.port, ca: server.ca });
    await admin.call('CONFIG', 'SET', 'tls-auth-clients', 'no');
    expect(reason).toBe('TlsFailed');
  });

  it('is unreachable where nobody listens', async () => {
    const [port = 0] = await findFreePorts(1);
    expect(await reasonAt({ port, ca: server.ca })).toBe('TargetUnreachable');
  });

  it('costs no more than its time where it hangs, before TLS or after', async () => {
    const soon = () => AbortSignal.timeout(300);
    process.kill(server.pid, 'SIGSTOP');
    const hung = await reasonAt(server, soon());
    process.kill(server.pid, 'SIGCONT');
    expect(hung).toBe('TargetTimeout');
    const peer = await startTlsPeer('db.test');
    expect(await reasonAt({ port: peer.port, ca: peer.ca }, soon())).toBe('TargetTimeout');
    await peer.close();
    const target = openRedisTarget(targetConnection(server));
    await expect(target.logIn(login('app', OLD), patience())).resolves.toBe(true);
  });
});
