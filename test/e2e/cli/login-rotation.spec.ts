import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { OidcWorld } from './oidc-world.js';

let world: OidcWorld;

beforeAll(async () => {
  world = await OidcWorld.start();
});
afterEach(() => {
  world.logins.intercept = () => false;
});
afterAll(() => world?.stop());

const pathOf = (home: string) => join(home, '.config', 'sallyport', 'logins', 'work');

/** A user whose token ends at this time, in seconds since 1970. */
async function endingAt(expiresAtSeconds: number): Promise<string> {
  const home = world.newHome();
  expect(await world.logIn(home, 'alice')).toMatchObject({ code: 0 });
  writeFileSync(pathOf(home), JSON.stringify({ ...world.saved(home), expiresAtSeconds }));
  return home;
}

type Answer = Readonly<Record<string, string | undefined>>;

/** Changes the response to the next renewal; returns the refresh tokens that were sent. */
function changeRenewal(change: (answer: Answer) => Answer): readonly (string | undefined)[] {
  const sent: (string | undefined)[] = [];
  world.logins.intercept = (request, response) => {
    if (request.url !== '/token') return false;
    world.logins.intercept = () => false;
    const end = response.end.bind(response) as (text: string) => typeof response;
    response.end = ((body: string | Buffer) => {
      const answer = change(JSON.parse(body.toString()) as Answer);
      sent.push(answer['refresh_token']);
      const text = JSON.stringify(answer);
      response.setHeader('content-length', Buffer.byteLength(text));
      return end(text);
    }) as typeof response.end;
    return false;
  };
  return sent;
}

/** Returns the ID token with another user. */
function ofMallory(token = ''): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'mallory' })).toString('base64url');
  return `${header}.${changed}.${signature}`;
}

it.each([
  ['has no ID token', undefined, 3, 'the issuer has renewed the login without an ID token'],
  ['has an ID token that is no JWT', 'x', 1, 'the response of the issuer cannot be used'],
])('the new refresh token is stored if the response %s', async (_what, idToken, code, message) => {
  const home = await endingAt(1);
  const before = world.saved(home);
  const sent = changeRenewal((answer) => ({ ...answer, id_token: idToken }));
  const ended = await world.run('whoami', home);
  expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(message)]);
  expect(sent).toEqual([expect.any(String)]);
  expect(world.saved(home)).toEqual({ ...before, refreshToken: sent[0] });
  expect(world.saved(home)['refreshToken']).not.toBe(before['refreshToken']);
  expect(await world.run('whoami', home)).toMatchObject({ code: 0 });
});

it('a response without an ID token says what to do', async () => {
  const home = await endingAt(1);
  changeRenewal(({ id_token: _none, ...others }) => others);
  const { err } = await world.run('whoami', home);
  expect(err).toContain('log in again: sallyport login --context work, or with --token access');
});

it('a token that has not ended is used if the response has no ID token', async () => {
  const home = await endingAt(Math.floor(Date.now() / 1_000) + 20);
  const { token, refreshToken } = world.saved(home);
  changeRenewal(({ id_token: _none, ...others }) => others);
  const { code, out } = await world.run('credential', home);
  expect([code, JSON.parse(out)]).toMatchObject([0, { status: { token } }]);
  expect(world.saved(home)['refreshToken']).not.toBe(refreshToken);
});

it('the tokens are removed if the response is for another user', async () => {
  const home = await endingAt(1);
  changeRenewal((answer) => ({ ...answer, id_token: ofMallory(answer['id_token']) }));
  const ended = await world.run('whoami', home);
  const message = 'the login of the context work was renewed for another user, and is removed';
  expect([ended.code, ended.err]).toEqual([3, expect.stringContaining(message)]);
  expect(ended.err).toContain('log in again: sallyport login --context work');
  expect(existsSync(pathOf(home))).toBe(false);
});
