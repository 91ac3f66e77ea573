import type { FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CredentialLifetimes } from '../../../src/auth/credential-lifetimes.service.js';
import { limits } from '../../../src/core/limits.js';
import { Principal } from '../../../src/core/principal.js';
import { ManualClock } from './manual-clock.js';

const request = {} as FastifyRequest;
const user = { username: 'alice', kind: 'oidc', credentialId: 'test' } as const;

describe('the credential of a request that goes on', () => {
  let holds: boolean;
  let looks: number;
  let clock: ManualClock;
  let terms: CredentialLifetimes;
  let revoke: (ids: readonly string[]) => void;

  beforeEach(() => {
    vi.useFakeTimers();
    holds = true;
    looks = 0;
    clock = new ManualClock();
    const stillHolds = (): Promise<boolean> => {
      looks += 1;
      return Promise.resolve(holds);
    };
    terms = new CredentialLifetimes({ stillHolds }, clock, {
      onRevoked: (listener) => (revoke = listener),
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const nextLook = () => vi.advanceTimersByTimeAsync(limits.kubectlCredentialLookMs + 1);

  it('ends the request soon after it was revoked', async () => {
    const term = terms.hold(request, Principal.forUser(user));
    await nextLook();
    expect(term.signal.aborted).toBe(false);
    holds = false;
    await nextLook();
    expect(term.signal.aborted).toBe(true);
  });

  it('ends the requests of a token at once where this process revokes it, and no others', () => {
    const token = { id: 'one', owner: 'alice', description: '', scope: {} };
    const hold = (id: string) =>
      terms.hold(request, Principal.forUser({ ...user, token: { ...token, id } }));
    const [first, second, other, over] = [hold('one'), hold('one'), hold('two'), hold('one')];
    over.release();
    revoke(['one', 'unknown']);
    const ended = [first, second, other, over].map(({ signal }) => signal.aborted);
    expect(ended).toEqual([true, true, false, false]);
  });

  it('ends the request with its time, whoever still knows it', async () => {
    const expiresAtMs = clock.nowMs() + 1_000;
    const term = terms.hold(request, Principal.forUser({ ...user, expiresAtMs }));
    clock.advance(1_000);
    await nextLook();
    expect(term.signal.aborted).toBe(true);
    expect(looks).toBe(0);
  });

  it('is asked about at once where that is wanted, which ends the request as a look does', async () => {
    const term = terms.hold(request, Principal.forUser(user));
    expect(await term.stillHolds()).toBe(true);
    holds = false;
    expect(await term.stillHolds()).toBe(false);
    expect(term.signal.aborted).toBe(true);
    term.release();
  });

  it('does not hold longer than its time, whoever still knows it', async () => {
    const expiresAtMs = clock.nowMs() + 1_000;
    const term = terms.hold(request, Principal.forUser({ ...user, expiresAtMs }));
    clock.advance(1_000);
    expect([await term.stillHolds(), looks]).toEqual([false, 0]);
    term.release();
  });

  it('is not looked at any more once the request is over', async () => {
    terms.hold(request, Principal.forUser(user)).release();
    await nextLook();
    expect(looks).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
