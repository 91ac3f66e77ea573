import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import { Principal } from '../../../../src/core/principal.js';
import { RequestLimits } from '../../../../src/platform/http/request-limits.js';
import { scaled } from '../../../support/scale.js';

setFlagsFromString('--expose-gc');
// The flag's function is there in contexts that are made after it.
const collectGarbage = runInNewContext('gc') as () => void;

const TOKENS = scaled(1_000_000, 50_000);
const responseBytesPerSecond = 1_000_000;
const settings = {
  ...{ requestsPerSecond: 10, burst: 20, failedCredentialsPerMinute: 20 },
  responseBytesPerSecond,
};

function limitsAt(overrides: Partial<typeof settings> = {}) {
  const clock = { nowMs: 1_000 };
  const all = { ...settings, ...overrides };
  return { clock, requestLimits: new RequestLimits(all, () => clock.nowMs) };
}

function user(credentialId: string): Principal {
  return Principal.forUser({ username: 'alice', kind: 'oidc', credentialId });
}

function thrownBy(act: () => unknown): SallyportError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof SallyportError) return error;
    throw error;
  }
}

describe('the limit of a credential', () => {
  it('answers its burst, then 429 with when to come again', () => {
    const { requestLimits, clock } = limitsAt();
    const fields = Array.from({ length: 20 }, () => requestLimits.admit(user('one')));
    expect(fields[0]).toEqual({
      'ratelimit-policy': '"credential";q=20;w=2',
      ratelimit: '"credential";r=19;t=1',
    });
    expect(fields.at(-1)?.['ratelimit']).toBe('"credential";r=0;t=2');
    const refused = thrownBy(() => requestLimits.admit(user('one')));
    expect(refused).toMatchObject({ code: 'TooManyRequests', status: 429 });
    expect(refused?.headers).toEqual({
      'ratelimit-policy': '"credential";q=20;w=2',
      ratelimit: '"credential";r=0;t=1',
      'retry-after': '1',
    });
    clock.nowMs += 100;
    expect(thrownBy(() => requestLimits.admit(user('one')))).toBeUndefined();
  });

  it('is its own: another of the same user is not refused', () => {
    const { requestLimits } = limitsAt({ burst: 1 });
    requestLimits.admit(user('one'));
    expect(thrownBy(() => requestLimits.admit(user('one')))).toBeDefined();
    expect(thrownBy(() => requestLimits.admit(user('two')))).toBeUndefined();
  });

  it('holds for ids of any length', () => {
    const { requestLimits } = limitsAt({ burst: 1 });
    const long = 'x'.repeat(10_000);
    requestLimits.admit(user(long));
    expect(thrownBy(() => requestLimits.admit(user(long)))).toBeDefined();
    expect(thrownBy(() => requestLimits.admit(user(`${long}y`)))).toBeUndefined();
  });
});

describe('an address that shows wrong credentials', () => {
  const address = '198.51.100.9';

  it('hears 401 of twenty, then 429 of others until the minute is over', () => {
    const { requestLimits, clock } = limitsAt();
    for (let index = 0; index < 20; index += 1) {
      expect(requestLimits.credentialFailed(address, `wrong-${index}`)).toBeUndefined();
    }
    clock.nowMs += 15_000;
    const refused = requestLimits.credentialFailed(address, 'wrong-20');
    expect(refused).toMatchObject({ code: 'TooManyRequests' });
    expect(refused?.headers).toMatchObject({
      'retry-after': '45',
      'ratelimit-policy': '"failed-credentials";q=20;w=60',
      ratelimit: '"failed-credentials";r=0;t=45',
    });
    clock.nowMs += 45_000;
    expect(requestLimits.credentialFailed(address, 'wrong-21')).toBeUndefined();
  });

  it('still hears 401 of one that is known to be wrong, so that its client renews it', () => {
    const { requestLimits } = limitsAt();
    for (let index = 0; index < 50; index += 1) {
      requestLimits.credentialFailed(address, `wrong-${index}`);
    }
    expect(requestLimits.credentialFailed(address, 'wrong-3')).toBeUndefined();
    const again = thrownBy(() => requestLimits.beforeRemoteCheck(address, 'wrong-3', () => false));
    expect(again?.code).toBe('Unauthenticated');
  });

  it('costs the cluster nothing more, but locks nobody out whose check is local or was right', () => {
    const { requestLimits } = limitsAt();
    requestLimits.remember('right');
    const ask = (credential: string, isLocal = false) =>
      thrownBy(() => requestLimits.beforeRemoteCheck(address, credential, () => isLocal))?.code;
    expect(ask('new')).toBeUndefined();
    for (let index = 0; index < 20; index += 1) {
      requestLimits.credentialFailed(address, `wrong-${index}`);
    }
    expect(ask('new')).toBe('TooManyRequests');
    expect(ask('new', true)).toBeUndefined();
    expect(ask('right')).toBeUndefined();
    expect(
      thrownBy(() => requestLimits.beforeRemoteCheck('198.51.100.8', 'new', () => false)),
    ).toBeUndefined();
  });

  it('is refused by the rate of its refusals too, whatever they are for', () => {
    const { requestLimits } = limitsAt({ burst: 2 });
    const answers = [1, 2, 3].map(() => requestLimits.anonymousRefused(address)?.code);
    expect(answers).toEqual([undefined, undefined, 'TooManyRequests']);
  });
});

describe('the bytes of responses', () => {
  it('of a user count whichever credential asks, and the next request waits for them', () => {
    const { requestLimits, clock } = limitsAt();
    requestLimits.answered(user('one'), (responseBytesPerSecond * limits.answerBurstMs) / 1_000);
    expect(thrownBy(() => requestLimits.admitAnswer(user('two'), 1))).toBeUndefined();
    requestLimits.answered(user('one'), responseBytesPerSecond);
    for (const act of [
      () => requestLimits.admit(user('two')),
      () => requestLimits.admitAnswer(user('one'), 0),
    ]) {
      expect(thrownBy(act)).toMatchObject({
        code: 'TooManyRequests',
        message: expect.stringContaining('too many bytes of responses to this user'),
        headers: { 'retry-after': '2' },
      });
    }
    const other = Principal.forUser({ username: 'bob', kind: 'oidc', credentialId: 'one' });
    expect(thrownBy(() => requestLimits.admit(other))).toBeUndefined();
    clock.nowMs += 1_001;
    expect(thrownBy(() => requestLimits.admit(user('one')))).toBeUndefined();
  });
});

describe('the state', () => {
  it(`stays within its bounds under ${TOKENS} random tokens, and so does the memory`, () => {
    const { requestLimits, clock } = limitsAt();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < TOKENS; index += 1) {
      const token = randomBytes(16).toString('hex');
      const address = `2001:db8:${(index % 60_000).toString(16)}::1`;
      requestLimits.credentialFailed(address, token);
      if (index % 4 === 0) requestLimits.anonymousRefused(address);
      if (index % 8 === 0) requestLimits.admit(user(token));
      if (index % 8 === 1) requestLimits.remember(token);
      clock.nowMs += 0.001;
    }
    expect(requestLimits.sizes.addresses).toBeLessThanOrEqual(limits.limitedAddressesMax);
    expect(requestLimits.sizes.failingAddresses).toBeLessThanOrEqual(limits.limitedAddressesMax);
    expect(requestLimits.sizes.credentials).toBeLessThanOrEqual(limits.limitedCredentialsMax);
    expect(requestLimits.sizes.knownCredentials).toBeLessThanOrEqual(limits.knownCredentialsMax);
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  }, 120_000);

  it('goes away by itself once nobody asks any more', () => {
    const { requestLimits, clock } = limitsAt();
    for (let index = 0; index < 1_000; index += 1) requestLimits.admit(user(`id-${index}`));
    clock.nowMs += 10_000;
    requestLimits.admit(user('one'));
    expect(requestLimits.sizes.credentials).toBe(1);
  });
});
