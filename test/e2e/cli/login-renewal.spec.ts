import { existsSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OidcWorld } from './oidc-world.js';

/** Within this time of its end, a token is renewed. */
const ENDING_SECONDS = 20;
const LONG_SECONDS = 3_600;

let world: OidcWorld;

beforeAll(async () => {
  world = await OidcWorld.start();
});
afterEach(() => {
  world.logins.idTokenSeconds = LONG_SECONDS;
  world.logins.intercept = () => false;
});
afterAll(() => world?.stop());

/** A user whose token is about to end. */
async function ending(): Promise<string> {
  const home = world.newHome();
  world.logins.idTokenSeconds = ENDING_SECONDS;
  expect(await world.logIn(home, 'alice')).toMatchObject({ code: 0 });
  world.logins.idTokenSeconds = LONG_SECONDS;
  return home;
}

function change(home: string, members: object): void {
  const path = join(home, '.config', 'sallyport', 'logins', 'work');
  writeFileSync(path, JSON.stringify({ ...world.saved(home), ...members }));
}

function unreachable(_request: IncomingMessage, response: ServerResponse): boolean {
  response.destroy();
  return true;
}

const renewals = () => world.issuer.requests.filter((path) => path === '/token').length;

describe('a token that ends soon', () => {
  it('is renewed once, and the new refresh token is stored', async () => {
    const home = await ending();
    const before = world.saved(home);
    const count = renewals();
    expect((await world.run('whoami', home)).out).toContain('oidc:alice');
    expect((await world.run('whoami', home)).out).toContain('oidc:alice');
    expect(renewals()).toBe(count + 1);
    const after = world.saved(home);
    expect(after['refreshToken']).not.toBe(before['refreshToken']);
    expect(after['expiresAtSeconds']).toBeGreaterThan(before['expiresAtSeconds'] ?? 0);
  });

  it('is renewed once for many commands at a time', async () => {
    const home = await ending();
    const count = renewals();
    const all = await Promise.all(Array.from({ length: 8 }, () => world.run('whoami', home)));
    expect(all.map(({ code }) => code)).toEqual(all.map(() => 0));
    expect(renewals()).toBe(count + 1);
  });

  it('is used if the issuer does not respond', async () => {
    const home = await ending();
    world.logins.intercept = unreachable;
    expect(await world.run('whoami', home)).toMatchObject({ code: 0 });
  });

  it('is renewed before that if the gateway refuses it', async () => {
    const home = world.newHome();
    await world.logIn(home, 'alice');
    const { token = '' } = world.saved(home);
    const [header, claims] = token.split('.');
    change(home, { token: `${header}.${claims}.forged` });
    const count = renewals();
    expect((await world.run('whoami', home)).out).toContain('oidc:alice');
    expect(renewals()).toBe(count + 1);
  });

  it('is not renewed again by the next command if the gateway refuses the new one too', async () => {
    const home = await ending();
    await world.run('whoami', home);
    const { token = '' } = world.saved(home);
    change(home, { token: `${token.split('.', 2).join('.')}.forged` });
    const count = renewals();
    const { code, err } = await world.run('whoami', home);
    expect([code, err]).toEqual([3, expect.stringContaining('a valid bearer token is needed')]);
    expect(renewals()).toBe(count);
  });

  it('is not renewed with an issuer that has not issued it', async () => {
    const home = await ending();
    change(home, { issuer: 'https://other.test', expiresAtSeconds: 1 });
    const count = renewals();
    const { code, err } = await world.run('whoami', home);
    expect([code, err]).toEqual([3, expect.stringContaining('is of another issuer or client')]);
    expect(renewals()).toBe(count);
  });
});

describe('a login that cannot be renewed', () => {
  it('ends with what to do after the issuer has refused the refresh token', async () => {
    const home = await ending();
    change(home, { refreshToken: 'used-up', expiresAtSeconds: 1 });
    const { code, err } = await world.run('whoami', home);
    expect([code, err]).toEqual([
      3,
      'the login of the context work has ended at the issuer\n' +
        'log in again: sallyport login --context work\n',
    ]);
    const count = renewals();
    expect(await world.run('whoami', home)).toMatchObject({ code: 3 });
    expect(renewals()).toBe(count);
    expect(await world.logIn(home, 'alice', 'login --context work --no-browser')).toMatchObject({
      code: 0,
    });
    expect(await world.run('whoami', home)).toMatchObject({ code: 0 });
  });

  it('ends after a lost response of the issuer, which has used the refresh token up', async () => {
    const home = await ending();
    change(home, { expiresAtSeconds: 1 });
    world.logins.losesTokenResponse = true;
    const lost = await world.run('whoami', home);
    expect([lost.code, lost.err]).toEqual([6, expect.stringContaining('cannot be reached')]);
    const { code, err } = await world.run('whoami', home);
    expect([code, err]).toEqual([3, expect.stringContaining('log in again')]);
  });

  it('says that the issuer is unreachable if the token has ended', async () => {
    const home = await ending();
    change(home, { expiresAtSeconds: 1 });
    world.logins.intercept = unreachable;
    const { code, err } = await world.run('whoami', home);
    expect([code, err]).toEqual([6, expect.stringContaining('the issuer cannot be reached')]);
    world.logins.intercept = () => false;
    expect(await world.run('whoami', home)).toMatchObject({ code: 0 });
  });

  it('says so without a refresh token', async () => {
    const home = await ending();
    change(home, { refreshToken: undefined, expiresAtSeconds: 1 });
    const { code, err } = await world.run('whoami', home);
    expect([code, err]).toEqual([3, expect.stringContaining('the context work has expired')]);
  });
});

describe('sallyport logout', () => {
  it('removes the tokens, and revokes the refresh token', async () => {
    const home = world.newHome();
    await world.logIn(home, 'alice');
    const { refreshToken } = world.saved(home);
    expect(await world.run('logout', home)).toMatchObject({ code: 0 });
    expect(existsSync(join(home, '.config', 'sallyport', 'logins', 'work'))).toBe(false);
    expect(world.issuer.requests.at(-1)).toBe('/token/revocation');
    const form = new URLSearchParams({
      ...{ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' },
      client_id: 'sallyport-cli',
    });
    const answer = await fetch(`${world.issuer.url}/token`, { method: 'POST', body: form });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('removes the tokens without the issuer, and says what stays valid', async () => {
    const home = world.newHome();
    await world.logIn(home, 'alice');
    world.logins.intercept = unreachable;
    const { code, err } = await world.run('logout', home);
    expect([code, err]).toEqual([0, expect.stringContaining('not revoked at the issuer')]);
    expect(existsSync(join(home, '.config', 'sallyport', 'logins', 'work'))).toBe(false);
  });
});
