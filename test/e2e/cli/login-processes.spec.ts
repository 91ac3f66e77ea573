import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { OidcWorld } from './oidc-world.js';

const PROCESSES = 5;
const ENDING_SECONDS = 20;
const LONG_SECONDS = 3_600;

let world: OidcWorld;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  world = await OidcWorld.start();
});
afterEach(() => {
  world.logins.delayed = () => undefined;
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(() => world?.stop());

/** A user whose token has ended. */
async function ended(): Promise<string> {
  const home = world.newHome();
  world.logins.idTokenSeconds = ENDING_SECONDS;
  await world.logIn(home, 'alice');
  world.logins.idTokenSeconds = LONG_SECONDS;
  const path = join(home, '.config', 'sallyport', 'logins', 'work');
  writeFileSync(path, JSON.stringify({ ...world.saved(home), expiresAtSeconds: 1 }));
  return home;
}

/** Starts `sallyport whoami` as a process of its own. */
function start(home: string) {
  const args = ['--import', './test/ts-hooks.mjs', 'src/cli.ts', 'whoami'];
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config') };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.on('error', (error) => expect.fail(String(error)));
  children.add(child);
  const result = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {
    child,
    result: result.then(([out, err, [code, signal]]) => ({ out, err, code, signal })),
  };
}

const renewals = () => world.issuer.requests.filter((path) => path === '/token').length;

/** Lets the next request for tokens wait until it is let go. */
function holdTokenRequest() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = { count: 0, release: resolve };
  world.logins.delayed = (request) => {
    if (request.url !== '/token' || held.count > 0) return undefined;
    held.count += 1;
    return promise;
  };
  return held;
}

it('processes that need the token at a time renew it once', async () => {
  const home = await ended();
  const count = renewals();
  const all = await Promise.all(Array.from({ length: PROCESSES }, () => start(home).result));
  for (const { code, out, err } of all)
    expect([code, err, out]).toEqual([0, '', expect.any(String)]);
  expect(renewals()).toBe(count + 1);
});

it('a process that is interrupted while it renews stores the new refresh token first', async () => {
  const home = await ended();
  const before = world.saved(home)['refreshToken'];
  const held = holdTokenRequest();
  const { child, result } = start(home);
  await expect.poll(() => held.count).toBe(1);
  child.kill('SIGINT');
  held.release();
  expect(await result).toMatchObject({ code: null, signal: 'SIGINT' });
  expect(world.saved(home)['refreshToken']).not.toBe(before);
  expect(await world.run('whoami', home)).toMatchObject({ code: 0 });
});

it('a process that is killed while it renews stops no other one', async () => {
  const home = await ended();
  const held = holdTokenRequest();
  const { child, result } = start(home);
  await expect.poll(() => held.count).toBe(1);
  const next = start(home);
  child.kill('SIGKILL');
  await result;
  const { code, err } = await next.result;
  expect([code, err]).toEqual([0, '']);
  held.release();
});
