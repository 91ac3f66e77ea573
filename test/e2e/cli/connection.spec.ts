import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
let homeFolder: string;

beforeAll(async () => {
  world = await CliWorld.start();
  homeFolder = join(world.folder, 'home');
  mkdirSync(homeFolder);
});
afterAll(() => world?.stop());

const run = (line: string, input?: string) =>
  world.run(line, { homeFolder, ...(input !== undefined && { input }) });
const config = () => join(homeFolder, '.config', 'sallyport');

describe('a user who begins', () => {
  it('is told what to do first', async () => {
    const { code, err } = await run('list');
    expect([code, err]).toEqual([2, expect.stringContaining('sallyport login --address')]);
  });

  it('logs in once, and needs no options then', async () => {
    const file = world.tokenFile('owner');
    const login = `login --name test --address ${world.url} --token-file ${file} -n pay`;
    expect(await run(login)).toMatchObject({ code: 0, out: '' });
    expect(await run('set first password=-', 'first-value')).toMatchObject({ code: 0 });
    expect((await run('list -o name')).out).toBe('first\n');
    const { out } = await run('whoami');
    expect(out).toMatch(/^User +system:serviceaccount:pay:owner$/m);
    expect(JSON.parse((await run('whoami -o json')).out)).toMatchObject({
      username: 'system:serviceaccount:pay:owner',
    });
    expect(statSync(join(config(), 'config.json')).mode & 0o777).toBe(0o600);
  });

  it('can give the token on standard input: the user alone can read its file', async () => {
    const token = readFileSync(world.tokenFile('reader'), 'utf8');
    const login = `login --name piped --address ${world.url} -n pay`;
    expect(await run(login, token)).toMatchObject({ code: 0 });
    expect(await run('get first')).toMatchObject({ code: 0 });
    const file = join(config(), 'tokens', 'piped');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(config(), 'config.json'), 'utf8')).not.toContain(token.trim());
    expect(await run('logout')).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
  });

  it('has a list of contexts, and changes the current one', async () => {
    await run(`config set-context other --address ${world.url}`);
    await run('config use-context other');
    const { out } = await run('config get-contexts');
    expect(out.split('\n').map((line) => line.slice(0, 8).trim())).toEqual([
      ...['NAME', 'test', '*  other', ''],
    ]);
    expect(await run('config use-context none')).toMatchObject({ code: 2 });
    expect(await run('list -o name --context test')).toMatchObject({ code: 0, out: 'first\n' });
    await run('config use-context test');
  });

  it('cannot move the token of a context to another gateway, but can name another token', async () => {
    const login = `login --name moved --address ${world.url}`;
    await run(login, readFileSync(world.tokenFile('reader'), 'utf8'));
    const move = 'config set-context moved --address http://127.0.0.1:1';
    const { code, err } = await run(move);
    expect([code, err]).toEqual([2, expect.stringContaining(`has a token for ${world.url}`)]);
    expect((await run('config get-contexts')).out).toContain(`moved  ${world.url}`);
    expect(await run(`${move} --token-file ${world.tokenFile('owner')}`)).toMatchObject({
      code: 0,
    });
    await run('logout --context moved');
  });

  it.each(['.', '..'])('cannot give a context the name %s, which is a folder', async (name) => {
    const message = `a context cannot have the name ${name}: use another name`;
    const token = readFileSync(world.tokenFile('reader'), 'utf8');
    for (const line of ['login --name', 'login --context', 'config set-context']) {
      const ended = await run(`${line} ${name} --address ${world.url}`, token);
      expect([ended.code, ended.err]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(readdirSync(join(config(), '..'))).toEqual(['sallyport']);
  });

  it.each(['login', 'logout'])('loses what a killed process has left: %s', async (command) => {
    const line = `--name swept --address ${world.url}`;
    const token = readFileSync(world.tokenFile('reader'), 'utf8');
    await run(`login ${line}`, token);
    const folders = ['.', 'tokens', 'logins'].map((name) => join(config(), name));
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true });
      const draft = join(folder, `.sallyport-draft@${'0'.repeat(36)}`);
      writeFileSync(draft, token);
      utimesSync(draft, 1, 1);
    }
    const ended = await run(command === 'login' ? `login ${line}` : 'logout', token);
    expect(ended).toMatchObject({ code: 0 });
    for (const folder of folders) {
      expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([]);
    }
    if (command === 'login') await run('logout');
  });

  it('saves nothing if the gateway refuses the token', async () => {
    const before = readFileSync(join(config(), 'config.json'), 'utf8');
    const login = `login --name wrong --address ${world.url}`;
    expect(await run(login, 'no-token-of-anybody')).toMatchObject({ code: 3 });
    expect(readFileSync(join(config(), 'config.json'), 'utf8')).toBe(before);
    expect(existsSync(join(config(), 'tokens', 'wrong'))).toBe(false);
  });
});

describe('a gateway that cannot be used', () => {
  it.each([
    ['http://127.0.0.1:1', 6, 'the gateway cannot be reached'],
    ['http://sallyport.example.com', 2, 'use https'],
    ['not-a-url', 2, 'the address not-a-url'],
  ])('%s ends with %i', async (address, code, message) => {
    const file = world.tokenFile('owner');
    const ended = await run(`list --address ${address} --token-file ${file}`);
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(message)]);
  });

  it('is not told the token of another one', async () => {
    const ended = await run('list --address http://127.0.0.1:1');
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining('no token is named')]);
  });
});

describe('a wrong command line', () => {
  it.each([
    ['nonsense', "unknown command 'nonsense'"],
    ['get', "missing required argument 'secret'"],
    ['get db --nonsense', "unknown option '--nonsense'"],
    ['get db -o nonsense', "argument 'nonsense' is invalid"],
    ['can-i', 'name a verb, or use --list'],
  ])('%s ends with 2 and a hint', async (line, message) => {
    const { code, err } = await run(line);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).toContain('--help');
  });
});
