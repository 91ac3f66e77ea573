import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import type { StoredIdentity } from '../../../src/tokens/domain/stored-identity.js';
import type { TokenRecord } from '../../../src/tokens/domain/token-record.js';
import { formatToken } from '../../../src/tokens/domain/token-text.js';
import { ActingRights } from '../../../src/tokens/acting-rights.js';
import { TokenUses } from '../../../src/tokens/token-uses.js';
import { hashOf, TokenVerification } from '../../../src/tokens/token-verification.js';
import { ManualClock } from '../auth/manual-clock.js';
import { alice, job, tokenRecord } from './domain/token.builder.js';

const id = 'A'.repeat(16);
const text = formatToken(id, new Uint8Array(32).fill(7));
const secretHash = hashOf(text.split('_')[2] ?? '');
const refused = (refusal: string) => ({ refusal });

/** A verification over one stored token, which a test may take away. */
function world(parts: Partial<TokenRecord> = {}) {
  const clock = new ManualClock();
  const expiresAtMs = clock.nowMs() + 60_000;
  let stored: TokenRecord | undefined = tokenRecord({ id, secretHash, expiresAtMs, ...parts });
  const find = vi.fn(() => Promise.resolve(stored));
  const decide = vi.fn(() => Promise.resolve({ allowed: true, reason: '' }));
  const uidOf = vi.fn(() => Promise.resolve<string | undefined>('j1'));
  // Only what is asked of them; the rest is never called here.
  const rights = new ActingRights({ decide } as never, { uidOf }, clock);
  const uses = new TokenUses(() => Promise.resolve());
  const revoked = new Set<string>();
  const verification = new TokenVerification({
    ...{ store: { find, remove: () => Promise.resolve([]) }, rights, uses, clock },
    isRevoked: (one) => revoked.has(one),
  });
  const remove = () => {
    stored = undefined;
  };
  return { clock, find, decide, uidOf, uses, verification, remove, revoked };
}

const acting = (target: StoredIdentity) => ({
  subject: target,
  acting: [{ owner: alice, target }],
});

describe('a token', () => {
  it('is its subject, and its use is noted', async () => {
    const { verification, uses, clock } = world();
    expect(await verification.verify(text)).toMatchObject({ username: 'alice', kind: 'token' });
    expect(uses.lastUseOf(id)).toBe(clock.nowMs());
  });

  it('is looked up once a second, and ends within that where another process revoked it', async () => {
    const { verification, find, remove, clock } = world();
    for (let calls = 0; calls < 5; calls += 1) await verification.verify(text);
    expect(find).toHaveBeenCalledTimes(1);
    remove();
    clock.advance(limits.ownTokenKeptMs);
    expect(await verification.verify(text)).toEqual(refused('there is no such token'));
  });

  it.each([0, limits.ownTokenKeptMs - 1, limits.ownTokenKeptMs, 3 * limits.ownTokenKeptMs])(
    'ends at once where this process revoked it, %i ms after its last use',
    async (ageMs) => {
      const { verification, remove, clock } = world();
      // Twice, so that the kept one may lie in either generation of the map.
      await verification.verify(text);
      clock.advance(limits.ownTokenKeptMs);
      await verification.verify(text);
      clock.advance(ageMs);
      remove();
      verification.forget([id]);
      expect(await verification.verify(text)).toEqual(refused('there is no such token'));
    },
  );

  it('ends for good where the trail says so, whoever puts its row back', async () => {
    const { verification, revoked, clock } = world();
    expect(await verification.verify(text)).toMatchObject({ username: 'alice' });
    revoked.add(id);
    for (let calls = 0; calls < 3; calls += 1) {
      expect(await verification.verify(text)).toEqual(refused('the token was revoked'));
      clock.advance(limits.ownTokenKeptMs);
    }
  });

  it('ends also where it is revoked while it is looked up', async () => {
    const { verification, find, remove } = world();
    const { promise, resolve } = Promise.withResolvers<TokenRecord>();
    find.mockReturnValueOnce(promise);
    const first = verification.verify(text);
    remove();
    verification.forget([id]);
    resolve(tokenRecord({ id, secretHash, expiresAtMs: Number.MAX_SAFE_INTEGER }));
    await first;
    expect(await verification.verify(text)).toEqual(refused('there is no such token'));
  });

  it('ends as soon where the clock of the machine is set back', async () => {
    const { verification, remove, clock } = world();
    await verification.verify(text);
    clock.setBack(600_000);
    remove();
    clock.advance(limits.ownTokenKeptMs);
    expect(await verification.verify(text)).toEqual(refused('there is no such token'));
  });

  it('ends at its expiry, also while it is kept', async () => {
    const { verification, clock } = world();
    clock.advance(59_500);
    await verification.verify(text);
    clock.advance(500);
    expect(await verification.verify(text)).toEqual(refused('the token has expired'));
  });

  it('with another secret is as unknown as one that is not there', async () => {
    const { verification, uses } = world();
    const other = formatToken(id, new Uint8Array(32).fill(8));
    const absent = formatToken('B'.repeat(16), new Uint8Array(32).fill(7));
    const gone = world();
    gone.remove();
    expect(await verification.verify(other)).toEqual(refused('there is no such token'));
    expect(await gone.verification.verify(absent)).toEqual(refused('there is no such token'));
    expect(uses.lastUseOf(id)).toBeUndefined();
  });

  it('in use is not at hand for whoever has another secret: he costs and learns as much', async () => {
    const { verification, find, clock } = world();
    const other = formatToken(id, new Uint8Array(32).fill(8));
    expect(verification.isAtHand(text)).toBe(false);
    await verification.verify(text);
    expect([verification.isAtHand(text), verification.isAtHand(other)]).toEqual([true, false]);
    await verification.verify(other);
    await verification.verify(other);
    expect(find).toHaveBeenCalledTimes(3);
    clock.advance(limits.ownTokenKeptMs);
    expect(verification.isAtHand(text)).toBe(false);
    expect(verification.isAtHand('sp_')).toBe(true);
  });

  it('that was revoked is looked up like one that never was', async () => {
    const { verification, find } = world();
    await verification.verify(text);
    verification.forget([id]);
    expect(verification.isAtHand(text)).toBe(false);
    expect(await verification.verify(text)).toEqual(refused('there is no such token'));
    expect(find).toHaveBeenCalledTimes(2);
  });

  it('of a wrong form costs no look into the database', async () => {
    const { verification, find } = world();
    for (const wrong of ['sp_', `${text}x`, text.replace('sp_A', 'sp_B'), 'a.b.c']) {
      expect(await verification.verify(wrong)).toHaveProperty('refusal');
    }
    expect(find).not.toHaveBeenCalled();
  });

  it('that cannot be looked up is no wrong one', async () => {
    const { verification, find } = world();
    find.mockRejectedValueOnce(new Error('disk'));
    await expect(verification.verify(text)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a token that acts as somebody', () => {
  it('is refused where its owner may not, each part asked for', async () => {
    const { verification, decide } = world(acting({ ...alice, username: 'bob' }));
    expect(await verification.verify(text)).toMatchObject({ username: 'bob' });
    // User name, uid, group and extra.
    expect(decide).toHaveBeenCalledTimes(4);
    decide.mockResolvedValue({ allowed: false, reason: '' });
    expect(await verification.verify(text)).toEqual(refused('its owner may not act so any more'));
  });

  it('is refused where there is another ServiceAccount of the name, or none', async () => {
    for (const uid of ['j2', undefined]) {
      const { verification, uidOf, clock } = world(acting(job));
      expect(await verification.verify(text)).toMatchObject({ uid: 'j1' });
      uidOf.mockResolvedValue(uid);
      await verification.verify(text);
      expect(uidOf).toHaveBeenCalledTimes(1);
      clock.setBack(600_000);
      clock.advance(limits.serviceAccountKeptMs);
      expect(await verification.verify(text)).toEqual(refused('a ServiceAccount of it is gone'));
    }
  });
});
