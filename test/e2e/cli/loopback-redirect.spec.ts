import { afterEach, beforeEach, expect, it } from 'vitest';
import { LoopbackRedirect } from '../../../src/cli/login/loopback-redirect.js';

const authorizationUrl = new URL('https://login.example.com/authorize?state=s');
let redirect: LoopbackRedirect;

beforeEach(async () => {
  redirect = await LoopbackRedirect.open();
});
afterEach(() => redirect.close());

const wait = (limitMs = 20_000) => redirect.wait({ authorizationUrl, state: 's' }, limitMs);
const open = () => fetch(redirect.startUrl(), { redirect: 'manual' });

it('forwards one browser to the issuer, and ends if another one was there before', async () => {
  const ended = expect(wait()).rejects.toThrow('the address for the browser was opened twice');
  const first = await open();
  expect([first.status, first.headers.get('location')]).toEqual([302, authorizationUrl.href]);
  const second = await open();
  expect([second.status, second.headers.get('location')]).toEqual([403, null]);
  await ended;
});

it('waits no longer than asked', async () => {
  await expect(wait(50)).rejects.toThrow('time is over');
});

it('listens on loopback alone, for one response', async () => {
  const ended = wait();
  expect(new URL(redirect.redirectUri).hostname).toBe('127.0.0.1');
  const response = await fetch(`${redirect.redirectUri}?state=s&code=c`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.text()).not.toContain('code');
  expect((await ended).searchParams.get('code')).toBe('c');
  expect((await fetch(`${redirect.redirectUri}?state=s&code=d`)).status).toBe(410);
});
