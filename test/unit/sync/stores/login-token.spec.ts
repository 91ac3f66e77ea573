import { expect, it } from 'vitest';
import { jsonBody } from '../../../../src/sync/stores/json-values.js';
import { issuedToken, LoginToken } from '../../../../src/sync/stores/login-token.js';

const never = new AbortController().signal;

function loginOf(lifetimeSeconds: number) {
  const state = { nowMs: 0, logins: 0, fails: false };
  const login = new LoginToken({
    nowMs: () => state.nowMs,
    logIn: async () => {
      state.logins += 1;
      if (state.fails) throw new Error('refused');
      return { token: `token-${state.logins}`, lifetimeSeconds };
    },
  });
  return { state, login };
}

it('is used by all callers for a part of its lifetime', async () => {
  const { state, login } = loginOf(300);
  const tokens = await Promise.all([login.token(never), login.token(never)]);
  expect(tokens).toEqual(['token-1', 'token-1']);
  state.nowMs = 239_999;
  expect(await login.token(never)).toBe('token-1');
  state.nowMs = 240_000;
  expect(await login.token(never)).toBe('token-2');
});

it('is never used for longer than a quarter of an hour', async () => {
  const { state, login } = loginOf(86_400);
  await login.token(never);
  state.nowMs = 900_000;
  expect(await login.token(never)).toBe('token-2');
});

it('is asked for again after a refusal, and after a failed login', async () => {
  const { state, login } = loginOf(300);
  state.fails = true;
  await expect(login.token(never)).rejects.toThrow('refused');
  state.fails = false;
  expect(await login.token(never)).toBe('token-2');
  login.drop();
  expect(await login.token(never)).toBe('token-3');
});

it('is not forgotten because an earlier login fails late', async () => {
  const first = Promise.withResolvers<never>();
  let logins = 0;
  const login = new LoginToken({
    nowMs: () => 0,
    logIn: () => {
      logins += 1;
      if (logins === 1) return first.promise;
      return Promise.resolve({ token: 'second', lifetimeSeconds: 300 });
    },
  });
  const failed = login.token(never);
  login.drop();
  expect(await login.token(never)).toBe('second');
  first.reject(new Error('late'));
  await expect(failed).rejects.toThrow('late');
  expect(await login.token(never)).toBe('second');
  expect(logins).toBe(2);
});

it('is read from an answer of OAuth 2.0', () => {
  const body =
    jsonBody(Buffer.from('{"access_token": "a.b-c_d~e+f/g==", "expires_in": 3599}')) ?? {};
  expect(issuedToken(body)).toEqual({ token: 'a.b-c_d~e+f/g==', lifetimeSeconds: 3_599 });
});

it.each([
  '{}',
  '{"access_token": "c4n4ry"}',
  '{"expires_in": 3599}',
  '{"access_token": "c4n4ry", "expires_in": "3599"}',
  '{"access_token": "c4n4ry\\r\\nx: y", "expires_in": 3599}',
  '{"access_token": "", "expires_in": 3599}',
])('is not read from %s, which is not quoted', (text) => {
  expect(() => issuedToken(jsonBody(Buffer.from(text)) ?? {})).toThrow(
    /^the token endpoint does not answer with a token$/,
  );
});
