import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt as claimsOf } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { USER_CLIENT } from '../../support/oidc-user-logins.js';
import { TestBrowser } from '../../support/test-browser.js';
import { OidcWorld, addressIn } from './oidc-world.js';

let world: OidcWorld;

beforeAll(async () => {
  world = await OidcWorld.start();
});
afterAll(() => world?.stop());

const config = (home: string) => join(home, '.config', 'sallyport');

describe('a login in a browser', () => {
  it('makes the user the one of the issuer, and saves a context without tokens', async () => {
    const home = world.newHome();
    const ended = await world.logIn(home, 'alice');
    expect(ended).toMatchObject({ code: 0, out: '' });
    expect(ended.err).toContain('as oidc:alice; context work is the current one');
    expect((await world.run('whoami', home)).out).toMatch(/^User +oidc:alice$/m);
    const text = readFileSync(join(config(home), 'config.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({
      currentContext: 'work',
      contexts: {
        work: {
          address: world.url,
          namespace: 'pay',
          oidc: { issuer: world.issuer.url, clientId: USER_CLIENT },
        },
      },
    });
  });

  it('stores tokens for the user alone, and prints none of them', async () => {
    const home = world.newHome();
    const { err } = await world.logIn(home, 'alice');
    const { token, refreshToken } = world.saved(home);
    expect([typeof token, typeof refreshToken]).toEqual(['string', 'string']);
    expect(err).not.toContain(token);
    expect(err).not.toContain(refreshToken);
    expect(statSync(join(config(home), 'logins', 'work')).mode & 0o777).toBe(0o600);
    expect(statSync(join(config(home), 'logins')).mode & 0o777).toBe(0o700);
  });

  it('sends PKCE, a state and a nonce, each of them new', async () => {
    const sent: URLSearchParams[] = [];
    for (const home of [world.newHome(), world.newHome()]) {
      const { terminal, ended } = world.start(world.loginLine, { homeFolder: home });
      const address = await addressIn(terminal);
      sent.push(new URL(address).searchParams);
      await new TestBrowser().logIn(address, 'alice');
      await ended;
    }
    for (const query of sent) {
      expect(query.get('code_challenge_method')).toBe('S256');
      expect(query.get('response_type')).toBe('code');
      expect(query.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    }
    for (const name of ['code_challenge', 'state', 'nonce']) {
      const [first, second] = sent.map((query) => query.get(name) ?? '');
      expect(first?.length).toBeGreaterThan(20);
      expect(first).not.toBe(second);
    }
  });

  it('opens a browser with an address that shows nothing to other users of the machine', async () => {
    const home = world.newHome();
    const opened = join(world.folder, 'opened');
    const bin = join(world.folder, 'bin');
    mkdirSync(bin);
    const script = `#!/bin/sh\nprintf %s "$*" > ${opened}.new && mv ${opened}.new ${opened}\n`;
    writeFileSync(join(bin, 'xdg-open'), script, { mode: 0o755 });
    const line = world.loginLine.replace(' --no-browser', '');
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    const { ended } = world.start(line, { homeFolder: home, typed: [], env });
    await expect.poll(() => existsSync(opened)).toBe(true);
    const address = readFileSync(opened, 'utf8');
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]+$/);
    await new TestBrowser().logIn(address, 'alice');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('is done again with the settings of the context', async () => {
    const home = world.newHome();
    await world.logIn(home, 'alice');
    const again = await world.logIn(home, 'bob', 'login --no-browser');
    expect(again.err).toContain('as oidc:bob; context work is the current one');
  });

  it('can use an access token that is a JWT', async () => {
    const home = world.newHome();
    const line = `${world.loginLine} --token access --resource ${world.issuer.audience}`;
    expect(await world.logIn(home, 'alice', line)).toMatchObject({ code: 0 });
    expect(claimsOf(world.saved(home)['token'] ?? '')).toMatchObject({
      aud: world.issuer.audience,
    });
    expect((await world.run('whoami', home)).out).toContain('oidc:alice');
  });

  it('cannot use an access token that is no JWT', async () => {
    const home = world.newHome();
    const ended = await world.logIn(home, 'alice', `${world.loginLine} --token access`);
    expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('are no JWTs')]);
    expect(existsSync(config(home))).toBe(false);
  });

  it('is not replaced by a file that config set-context names', async () => {
    const home = world.newHome();
    await world.logIn(home, 'alice');
    const { code, err } = await world.run('config set-context work --token-file x', home);
    expect([code, err]).toEqual([2, expect.stringContaining('sallyport login --context work')]);
    expect(await world.run('config set-context work -n other', home)).toMatchObject({ code: 0 });
    expect((await world.run('whoami', home)).out).toContain('oidc:alice');
  });

  it('keeps a context that another command has set while the user logs in', async () => {
    const home = world.newHome();
    const { terminal, ended } = world.start(world.loginLine, { homeFolder: home });
    const address = await addressIn(terminal);
    const line = `config set-context other --address ${world.url}`;
    expect(await world.run(line, home)).toMatchObject({ code: 0 });
    await new TestBrowser().logIn(address, 'alice');
    expect(await ended).toMatchObject({ code: 0 });
    const { contexts } = JSON.parse(readFileSync(join(config(home), 'config.json'), 'utf8')) as {
      readonly contexts: object;
    };
    expect(Object.keys(contexts).toSorted()).toEqual(['other', 'work']);
    expect((await world.run('whoami', home)).out).toContain('oidc:alice');
  });

  it('stays with the gateway that it was made for', async () => {
    const home = world.newHome();
    await world.logIn(home, 'alice');
    const line = 'config set-context work --address http://127.0.0.1:1';
    const { code, err } = await world.run(line, home);
    expect([code, err]).toEqual([2, expect.stringContaining('logout --context work, or set')]);
    expect(err).toContain(`has a token for ${world.url}`);
    const same = `config set-context work --address ${world.url} -n pay`;
    expect(await world.run(same, home)).toMatchObject({ code: 0 });
  });

  it.each(['whoami', 'credential'])('is not used for another gateway: %s', async (command) => {
    const home = world.newHome();
    await world.logIn(home, 'alice');
    const path = join(config(home), 'config.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(world.url, 'http://127.0.0.1:1'));
    const { code, err, out } = await world.run(command, home);
    const message = `the login of the context work is for ${world.url}, not for http://127.0.0.1:1`;
    expect([code, err, out]).toEqual([3, expect.stringContaining(message), '']);
    expect(await world.run('logout', home)).toMatchObject({ code: 0 });
    expect(world.issuer.requests.at(-1)).toBe('/token/revocation');
  });

  it('replaces the token of a context that had a file', async () => {
    const home = world.newHome();
    const token = await world.installation.user('pay', 'piped', []);
    const line = `login --name work --address ${world.url} -n pay`;
    expect(await world.run(line, home, { input: token })).toMatchObject({ code: 0 });
    expect(await world.logIn(home, 'alice')).toMatchObject({ code: 0 });
    expect(existsSync(join(config(home), 'tokens', 'work'))).toBe(false);
    expect((await world.run('whoami', home)).out).toContain('oidc:alice');
    expect(await world.run(line, home, { input: token })).toMatchObject({ code: 0 });
    expect(existsSync(join(config(home), 'logins', 'work'))).toBe(false);
    expect((await world.run('whoami', home)).out).toContain('serviceaccount:pay:piped');
  });
});

describe('a response that is not that of this login', () => {
  async function begun() {
    const home = world.newHome();
    const { terminal, ended } = world.start(world.loginLine, { homeFolder: home });
    const address = new URL(await addressIn(terminal));
    const query = address.searchParams;
    const callback = (change: Readonly<Record<string, string>>): Promise<Response> => {
      const url = new URL(query.get('redirect_uri') ?? '');
      const iss = world.issuer.url;
      const sent = { code: 'c', state: query.get('state') ?? '', iss, ...change };
      url.search = new URLSearchParams(sent).toString();
      return fetch(url);
    };
    return { home, ended, callback, query, address };
  }

  it.each([
    ['another state', { state: 'x' }, 400, 'a response to another login has arrived'],
    ['a denial', { error: 'access_denied' }, 200, 'the login was denied at the issuer'],
    ['another issuer', { iss: 'https://evil.test' }, 200, 'unexpected "iss"'],
    ['a code that the issuer does not know', {}, 200, 'does not accept the login'],
  ])('ends the login: %s', async (_what, change, status, message) => {
    const { home, ended, callback } = await begun();
    expect((await callback(change)).status).toBe(status);
    const { code, err } = await ended;
    expect(code).not.toBe(0);
    expect(err.trim().split('\n').slice(2).join(' ')).toContain(message);
    expect(existsSync(config(home))).toBe(false);
  });

  it.each([
    ['with another verifier', 'code_challenge', 'does not accept the login'],
    ['with another nonce', 'nonce', 'unexpected ID Token "nonce" claim value'],
  ])('ends the login: the code of another user, %s', async (_what, name, message) => {
    const { home, ended, address } = await begun();
    const foreign = 'x'.repeat(address.searchParams.get(name)?.length ?? 0);
    address.searchParams.set(name, foreign);
    // The state is right: somebody has seen the address.
    await new TestBrowser().logIn(address.href, 'mallory');
    const { code, err } = await ended;
    expect([code === 0, err]).toEqual([false, expect.stringContaining(message)]);
    expect(existsSync(config(home))).toBe(false);
  });

  it('cannot write to the terminal of the user', async () => {
    const { ended, callback } = await begun();
    const text = {
      error: 'odd\u001b[2J',
      error_description: `\u001b]0;x\u0007${'y'.repeat(9_999)}`,
    };
    await callback(text);
    const { err } = await ended;
    expect(err).toContain('the issuer has refused the login: odd');
    expect(err).not.toContain('\u001b');
    expect(err).not.toContain('\u0007');
    expect(err.length).toBeLessThan(2_000);
  });

  it('is not taken from a page with another host', async () => {
    const { ended, callback, query } = await begun();
    const { port } = new URL(query.get('redirect_uri') ?? '');
    expect((await fetch(`http://localhost:${port}/callback?state=x`)).status).toBe(403);
    expect((await fetch(`http://127.0.0.1:${port}/favicon.ico`)).status).toBe(404);
    await callback({ error: 'access_denied' });
    expect((await ended).code).toBe(3);
  });

  it('is taken once: the listener ends', async () => {
    const { ended, callback } = await begun();
    await callback({ state: 'x' });
    await ended;
    await expect(callback({})).rejects.toThrow('fetch failed');
  });
});

describe('a login on another device', () => {
  it('prints an address and a code, and waits for the user', async () => {
    const home = world.newHome();
    const { terminal, ended } = world.start(`${world.loginLine} --device`, { homeFolder: home });
    const page = (): string => /^open (\S+)$/m.exec(terminal.errors)?.[1] ?? '';
    await expect.poll(page).not.toBe('');
    const [, code = ''] = /^and enter the code (\S+)$/m.exec(terminal.errors) ?? [];
    const browser = new TestBrowser();
    await browser.logIn(`${page()}?user_code=${code}`, 'alice');
    const { code: exitCode, err } = await ended;
    expect([exitCode, err]).toEqual([0, expect.stringContaining('as oidc:alice')]);
    expect(world.saved(home)['refreshToken']).toBeTypeOf('string');
  });
});

describe('a login on another device that waits', () => {
  /** Refuses the first poll of a device, so that it polls less often. */
  function slowDown(polls: number[]): typeof world.logins.intercept {
    return (request, response) => {
      if (request.url !== '/token') return false;
      polls.push(Date.now());
      if (polls.length > 1) return false;
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":"slow_down"}');
      return true;
    };
  }

  it('polls less often if the issuer asks for that', async () => {
    const polls: number[] = [];
    world.logins.intercept = slowDown(polls);
    const home = world.newHome();
    const { terminal, ended } = world.start(`${world.loginLine} --device`, { homeFolder: home });
    const find = (): string => /^and enter the code (\S+)$/m.exec(terminal.errors)?.[1] ?? '';
    await expect.poll(find).not.toBe('');
    const page = `${world.issuer.url}/device?user_code=${find()}`;
    await new TestBrowser().logIn(page, 'alice');
    try {
      expect(await ended).toMatchObject({ code: 0 });
    } finally {
      world.logins.intercept = () => false;
    }
    const [first = 0, second = 0] = polls;
    // RFC 8628, section 3.5: five seconds more than the interval of five seconds.
    expect(second - first).toBeGreaterThan(9_900);
  });

  it('ends when the code has expired', async () => {
    world.logins.deviceCodeSeconds = 1;
    try {
      const ended = await world.run(`${world.loginLine} --device`, world.newHome());
      expect([ended.code, ended.err]).toEqual([3, expect.stringContaining('the code has expired')]);
    } finally {
      world.logins.deviceCodeSeconds = 600;
    }
  });
});

describe('an issuer that cannot be used', () => {
  it.each([
    ['http://login.example.com', 2, 'must begin with https://'],
    ['https://user@login.example.com', 2, 'has no credentials'],
    ['login.example.com', 2, 'is not a URL'],
    ['http://127.0.0.1:1', 6, 'the issuer cannot be reached'],
  ])('%s ends with %i', async (issuer, code, message) => {
    const line = `login --address ${world.url} --issuer ${issuer} --client-id x`;
    const ended = await world.run(line, world.newHome());
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(message)]);
  });

  it('is bounded: an endless response ends the login', async () => {
    world.logins.intercept = (request, response) => {
      if (!request.url?.startsWith('/.well-known/')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => void (response.write(' '.repeat(65_536)) && setImmediate(more));
      response.on('drain', more);
      response.on('error', () => undefined);
      more();
      return true;
    };
    try {
      const ended = await world.run(world.loginLine, world.newHome());
      expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('has over')]);
    } finally {
      world.logins.intercept = () => false;
    }
  });

  it('needs a client', async () => {
    const line = `login --address ${world.url} --issuer ${world.issuer.url}`;
    const ended = await world.run(line, world.newHome());
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining('--client-id')]);
  });
});
