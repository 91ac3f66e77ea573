import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OidcWorld } from './oidc-world.js';

/** Stores entries in a file, and its arguments as others see them in another one. */
const helper = `#!${process.execPath}
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const [, , action] = process.argv;
const file = import.meta.dirname + '/keyring.json';
const words = readFileSync('/proc/self/cmdline', 'utf8').split('\\0');
appendFileSync(import.meta.dirname + '/calls', words.join(' '));
const input = readFileSync(0, 'utf8');
const entries = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const save = () => writeFileSync(file, JSON.stringify(entries));
if (action === 'store') {
  entries[JSON.parse(input).ServerURL] = JSON.parse(input);
  save();
} else if (entries[input.trim()] === undefined) {
  process.stdout.write('credentials not found in native keychain\\n');
  process.exitCode = 1;
} else if (action === 'get') {
  process.stdout.write(JSON.stringify(entries[input.trim()]));
} else {
  delete entries[input.trim()];
  save();
}
`;

let world: OidcWorld;
let bin: string;

beforeAll(async () => {
  world = await OidcWorld.start();
  bin = join(world.folder, 'bin');
  mkdirSync(bin);
  program('test', helper);
  program('broken', '#!/bin/sh\nprintf "the keyring is \\033[2Jlocked"\nexit 1\n');
  program('silent', '#!/bin/sh\nexit 3\n');
  program('echo', '#!/bin/sh\ncat\nexit 1\n');
  program('long', '#!/bin/sh\nwhile :; do echo 0123456789; done\n');
});
afterAll(() => world?.stop());

function program(name: string, text: string): void {
  const path = join(bin, `docker-credential-${name}`);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

const env = () => ({ PATH: `${bin}:${process.env['PATH']}` });
const run = (line: string, home: string, input?: string) =>
  world.run(line, home, { env: env(), ...(input !== undefined && { input }) });
const entries = () => JSON.parse(readFileSync(join(bin, 'keyring.json'), 'utf8')) as object;
const config = (home: string) => join(home, '.config', 'sallyport');

describe('a credential helper', () => {
  it('stores the tokens of a login, renews them, and no file has them', async () => {
    const home = world.newHome();
    world.logins.idTokenSeconds = 20;
    const line = `${world.loginLine} --credential-helper test`;
    expect(await world.logIn(home, 'alice', line, env())).toMatchObject({ code: 0 });
    world.logins.idTokenSeconds = 3_600;
    const url = `${world.url}/sallyport-contexts/work`;
    expect(entries()).toMatchObject({ [url]: { ServerURL: url, Username: 'sallyport' } });
    const before = entries();
    expect((await run('whoami', home)).out).toContain('oidc:alice');
    expect(entries()).not.toEqual(before);
    expect(existsSync(join(config(home), 'logins'))).toBe(false);
    expect(JSON.parse(readFileSync(join(config(home), 'config.json'), 'utf8'))).toMatchObject({
      contexts: { work: { credentialHelper: 'test' } },
    });
    expect(await run('logout', home)).toMatchObject({ code: 0 });
    expect(entries()).toEqual({});
    expect(world.issuer.requests.at(-1)).toBe('/token/revocation');
    const { code, err } = await run('whoami --context work', home);
    expect([code, err]).toEqual([2, expect.stringContaining('there is no context work')]);
  });

  it('stores a token that the user has entered, which no argument has', async () => {
    const home = world.newHome();
    const token = await world.installation.user('pay', 'entered', []);
    const line = `login --name own --address ${world.url} --credential-helper test`;
    expect(await run(line, home, token)).toMatchObject({ code: 0 });
    expect((await run('whoami', home)).out).toContain('serviceaccount:pay:entered');
    expect(JSON.stringify(entries())).toContain(token);
    const calls = readFileSync(join(bin, 'calls'), 'utf8');
    expect(calls).toContain('docker-credential-test store');
    expect(calls).not.toContain(token);
    expect(existsSync(join(config(home), 'tokens'))).toBe(false);
  });

  it('loses the entry if the user logs in without it', async () => {
    const home = world.newHome();
    const token = await world.installation.user('pay', 'moved', []);
    const line = `login --name moved --address ${world.url}`;
    expect(await run(`${line} --credential-helper test`, home, token)).toMatchObject({ code: 0 });
    expect(Object.keys(entries())).toContain(`${world.url}/sallyport-contexts/moved`);
    expect(await run(line, home, token)).toMatchObject({ code: 0 });
    expect(Object.keys(entries())).not.toContain(`${world.url}/sallyport-contexts/moved`);
  });

  it('that has lost the entry makes the user log in again', async () => {
    const home = world.newHome();
    const token = await world.installation.user('pay', 'lost', []);
    const line = `login --name lost --address ${world.url} --credential-helper test`;
    expect(await run(line, home, token)).toMatchObject({ code: 0 });
    writeFileSync(join(bin, 'keyring.json'), '{}');
    const { code, err } = await run('whoami', home);
    expect([code, err]).toEqual([3, expect.stringContaining('log in again: sallyport login')]);
  });

  it.each([
    ['none', 1, 'docker-credential-none cannot be started: ENOENT'],
    ['broken', 1, 'docker-credential-broken store has failed: the keyring is �[2Jlocked'],
    ['silent', 1, 'docker-credential-silent store has failed: it ended with 3'],
    ['echo', 1, 'docker-credential-echo store has failed: it ended with 1'],
    ['long', 1, 'docker-credential-long prints over 262144 bytes'],
    ['../evil', 2, 'is no name of a credential helper'],
  ])('that cannot be used ends the login: %s', async (name, exitCode, message) => {
    const home = world.newHome();
    const token = await world.installation.user('pay', `user-${name.replaceAll(/\W/g, '')}`, []);
    const line = `login --name x --address ${world.url} --credential-helper ${name}`;
    const { code, err } = await run(line, home, token);
    expect([code, err]).toEqual([exitCode, expect.stringContaining(message)]);
    expect(err).not.toContain(token);
    expect(existsSync(join(config(home), 'config.json'))).toBe(false);
  });

  it('is not for a file of the user', async () => {
    const line = `login --address ${world.url} --token-file x --credential-helper test`;
    expect(await run(line, world.newHome())).toMatchObject({ code: 2 });
  });
});
