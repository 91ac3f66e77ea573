import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PasswordChange } from '../../../src/rotation/domain/password-target.js';
import { openRedisTarget } from '../../../src/rotation/targets/redis/open-redis-target.js';
import { startRedis } from '../../services/redis.js';
import type { TestServer } from '../../services/test-server.js';
import { faultOf } from './fault-of.js';
import { randomPasswords } from './random-passwords.js';
import { adminOf } from './redis-servers.js';
import {
  AWKWARD_PASSWORDS,
  login,
  patience,
  secret,
  targetConnection,
} from './target-connection.js';
import { TlsCuttingProxy } from './tls-cutting-proxy.js';
import { scaled } from '../../support/scale.js';

const OLD = 'old-password-of-the-app';
const NEW = 'new-password-of-the-app';

let server: TestServer;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis({ settings: { 'slowlog-log-slower-than': '0' } });
  admin = await adminOf(server);
});

beforeEach(() => setUser('app', 'on', 'resetpass', `>${OLD}`, '~*', '-@all', '+get'));

afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

async function setUser(name: string, ...rules: string[]): Promise<void> {
  await admin.call('ACL', 'SETUSER', name, ...rules);
}

const target = (at: { port: number; ca: string } = server) => openRedisTarget(targetConnection(at));
const adminLogin = () => login(server.admin.username, server.admin.password);

function set(change: Partial<PasswordChange> = {}, at?: TlsCuttingProxy): Promise<void> {
  const full = { username: 'app', password: secret(NEW), allowPrivileged: false, ...change };
  return target(at).setPassword(adminLogin(), full, patience());
}

const letsIn = (password: string, username = 'app') =>
  target().logIn(login(username, password), patience());

async function shown(name = 'app'): Promise<unknown> {
  return admin.call('ACL', 'GETUSER', name);
}

describe('a user of Redis', () => {
  it('is let in by what the server knows, and by nothing else', async () => {
    expect(await letsIn(OLD)).toBe(true);
    expect(await letsIn(NEW)).toBe(false);
    expect(await letsIn(OLD, 'nobody')).toBe(false);
    await setUser('app', 'off');
    expect(await letsIn(OLD)).toBe(false);
  });

  it('is let in although it may run no command', async () => {
    await setUser('app', '-@all');
    expect(await letsIn(OLD)).toBe(true);
  });
});

describe('a rotation with both passwords', () => {
  it('lets the old one in until it ends, and the new one from the start', async () => {
    await set({ keep: secret(OLD) });
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([true, true]);
    const end = { username: 'app', password: secret(OLD) };
    await target().endPassword(adminLogin(), end, patience());
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([false, true]);
    await target().endPassword(adminLogin(), end, patience());
    expect(await letsIn(NEW)).toBe(true);
  });

  it('may be said again at any time, and changes nothing else of the user', async () => {
    const before = JSON.stringify(await shown());
    await set({ keep: secret(OLD) });
    await set({ keep: secret(OLD) });
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([true, true]);
    await target().endPassword(
      adminLogin(),
      { username: 'app', password: secret(NEW) },
      patience(),
    );
    expect(JSON.stringify(await shown())).toBe(before);
  });

  it('ends what a run before it left behind', async () => {
    await setUser('app', '>left-behind');
    await set({ keep: secret(OLD) });
    expect(await letsIn('left-behind')).toBe(false);
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([true, true]);
  });

  it('ends nothing where the one to keep is not valid itself', async () => {
    await set({ keep: secret('never-valid') });
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([true, true]);
  });
});

describe('a rotation with one password', () => {
  it('leaves the new one alone', async () => {
    await set();
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([false, true]);
  });

  it('ends with none that anybody knows where none is to stay', async () => {
    await target().endPassword(adminLogin(), { username: 'app' }, patience());
    expect(await letsIn(OLD)).toBe(false);
    await target().endPassword(adminLogin(), { username: 'gone' }, patience());
    expect(await shown('gone')).toBeNull();
  });
});

describe('passwords', () => {
  it('may hold every character', async () => {
    for (const password of [...AWKWARD_PASSWORDS, ...randomPasswords(scaled(200, 40))]) {
      await set({ password: secret(password) });
      expect([password, await letsIn(password)]).toEqual([password, true]);
    }
  });

  it('are neither in log, monitor, slow log nor file of the server', async () => {
    const watcher = await adminOf(server);
    const lines: string[] = [];
    const monitor = await watcher.monitor();
    monitor.on('monitor', (_time, args: string[]) => lines.push(args.join(' ')));
    await set({ keep: secret(OLD) });
    expect(await letsIn(NEW)).toBe(true);
    expect(await letsIn('wrong-password')).toBe(false);
    await expect.poll(() => lines.some((line) => /^exec/i.test(line))).toBe(true);
    monitor.disconnect();
    watcher.disconnect();
    const places = [
      lines.join('\n'),
      server.log(),
      JSON.stringify(await admin.call('SLOWLOG', 'GET', '-1')),
      JSON.stringify(await admin.call('ACL', 'LOG')),
      readFileSync(join(server.dir, 'users.acl'), 'utf8'),
    ];
    expect(places[2]).toContain('SETUSER');
    for (const place of places) expect(place).not.toMatch(/new-password|wrong-password/);
  });

  it('outlive a crash of the server', async () => {
    await set({ keep: secret(OLD) });
    await server.kill();
    await server.start();
    admin = await adminOf(server);
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([true, true]);
  });
});

describe('a change whose answer is lost', () => {
  it('has taken effect for good, and may be repeated', async () => {
    const proxy = await TlsCuttingProxy.start(server);
    proxy.cutAfter('EXEC');
    const fault = await faultOf(set({ keep: secret(OLD) }, proxy));
    expect(fault).toMatchObject({ reason: 'TargetUnreachable', mayHaveChanged: true });
    expect(proxy.hasCut).toBe(true);
    expect([await letsIn(OLD), await letsIn(NEW)]).toEqual([true, true]);
    await server.kill();
    await server.start();
    admin = await adminOf(server);
    expect(await letsIn(NEW)).toBe(true);
    await set({ keep: secret(OLD) }, proxy);
    await proxy.stop();
  });

  it('has taken no effect where it was cut before the end of the transaction', async () => {
    const proxy = await TlsCuttingProxy.start(server);
    proxy.cutAfter('SETUSER');
    const before = await shown();
    expect((await faultOf(set({}, proxy))).reason).toBe('TargetUnreachable');
    expect(await shown()).toEqual(before);
    await proxy.stop();
  });
});

describe('a change that cannot be saved', () => {
  it('is not begun, or undone', async () => {
    const before = await shown();
    const proxy = await TlsCuttingProxy.start(server);
    // The server saves by a new file in its folder.
    proxy.before('MULTI', () => chmodSync(server.dir, 0o500));
    try {
      const undone = await faultOf(set({}, proxy));
      expect(undone).toMatchObject({ reason: 'TargetFailed', mayHaveChanged: true });
      expect(await shown()).toEqual(before);
      const refused = await faultOf(set());
      expect(refused).toMatchObject({ reason: 'Unsupported', mayHaveChanged: false });
      expect(await shown()).toEqual(before);
    } finally {
      chmodSync(server.dir, 0o700);
      await proxy.stop();
    }
  });
});
