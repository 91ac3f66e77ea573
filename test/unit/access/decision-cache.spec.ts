import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/access/access.service.js';
import { DecisionCache } from '../../../src/access/decision-cache.js';
import { RbacChanges, type RbacConcern } from '../../../src/access/domain/rbac-changes.js';
import { limits } from '../../../src/core/limits.js';
import { Principal } from '../../../src/core/principal.js';

class FakeChanges extends RbacChanges {
  live = true;
  tell: (concern: RbacConcern) => void = () => undefined;

  override onChange(listener: (concern: RbacConcern) => void): void {
    this.tell = listener;
  }

  override isLive(): boolean {
    return this.live;
  }
}

const alice = Principal.forUser({ username: 'alice', kind: 'oidc', credentialId: 'test' });
const byRbac: Decision = { allowed: true, reason: 'RBAC: allowed by RoleBinding "r/pay"' };
const foreign: Decision = { allowed: true, reason: 'webhook' };
const denial: Decision = { allowed: false, reason: '' };
const request = { verb: 'get', group: '', resource: 'secrets', namespace: 'pay', name: 'db' };

describe('DecisionCache', () => {
  let nowMs: number;
  let changes: FakeChanges;
  let cache: DecisionCache;
  let sources: string[];
  let asked: number;

  beforeEach(() => {
    nowMs = 1_000_000;
    changes = new FakeChanges();
    sources = [];
    asked = 0;
    const onDecision = (source: string) => void sources.push(source);
    cache = new DecisionCache({ changes, onDecision, nowMs: () => nowMs });
  });

  /** Asks, and lets the cache take note of the answer. */
  async function decide(answer: Decision, of: Partial<typeof request> = {}, by = alice) {
    const decision = await cache.decide({ principal: by, request: { ...request, ...of } }, () => {
      asked += 1;
      return Promise.resolve(answer);
    });
    await Promise.resolve();
    return decision;
  }

  it.each([
    ['an allow by RBAC', byRbac, true, 10_000],
    ['an allow by RBAC without a watch', byRbac, false, 1_000],
    ['an allow by another authoriser', foreign, true, 1_000],
    ['a denial', denial, true, 1_000],
  ])('keeps %s for so long and no longer', async (_title, decision, isLive, keptMs) => {
    changes.live = isLive;
    await decide(decision);
    nowMs += keptMs - 1;
    expect(await decide(denial)).toBe(decision);
    nowMs += 1;
    await decide(byRbac);
    expect(asked).toBe(2);
    expect(sources).toEqual(['asked', 'kept', 'asked']);
  });

  it('trusts nothing older than a second once the watch is lost', async () => {
    await decide(byRbac);
    nowMs += 1_500;
    changes.live = false;
    expect(await decide(denial)).toBe(denial);
  });

  it('gives what was kept without a watch no longer life when there is one', async () => {
    changes.live = false;
    await decide(byRbac);
    changes.live = true;
    nowMs += 1_000;
    expect(await decide(denial)).toBe(denial);
  });

  it('counts the age from the question, not from the answer', async () => {
    const { promise, resolve } = Promise.withResolvers<Decision>();
    const slow = cache.decide({ principal: alice, request }, () => promise);
    nowMs += 9_000;
    resolve(byRbac);
    await slow;
    nowMs += 999;
    expect(await decide(denial)).toBe(byRbac);
    nowMs += 1;
    expect(await decide(denial)).toBe(denial);
  });

  it('drops the decisions of a namespace, and no others, when RBAC changes there', async () => {
    await decide(byRbac);
    await decide(byRbac, { namespace: 'other' });
    await decide(byRbac, { namespace: '' });
    changes.tell({ namespace: 'pay' });
    expect(await decide(byRbac, { namespace: 'other' })).toBe(byRbac);
    expect(await decide(byRbac, { namespace: '' })).toBe(byRbac);
    expect(asked).toBe(3);
    expect(await decide(denial)).toBe(denial);
  });

  it('drops every decision when RBAC changes cluster-wide', async () => {
    for (const namespace of ['pay', 'other', '']) await decide(byRbac, { namespace });
    changes.tell('all');
    for (const namespace of ['pay', 'other', '']) {
      expect(await decide(denial, { namespace })).toBe(denial);
    }
  });

  it('keeps no answer to a question of the two seconds after a change', async () => {
    changes.tell({ namespace: 'pay' });
    nowMs += 2_000;
    await decide(byRbac);
    expect(await decide(denial)).toBe(denial);
    nowMs += 1;
    await decide(byRbac);
    nowMs += 5_000;
    expect(await decide(denial)).toBe(byRbac);
  });

  it('keeps no answer that a change has overtaken', async () => {
    const { promise, resolve } = Promise.withResolvers<Decision>();
    const early = cache.decide({ principal: alice, request }, () => promise);
    nowMs += 100;
    changes.tell({ namespace: 'pay' });
    nowMs += 5_000;
    resolve(byRbac);
    await early;
    expect(await decide(denial)).toBe(denial);
  });

  it('asks once for all who have the same question', async () => {
    const { promise, resolve } = Promise.withResolvers<Decision>();
    let count = 0;
    const ask = () => {
      count += 1;
      return promise;
    };
    const twin = Principal.forUser({ username: 'alice', kind: 'oidc', credentialId: 'other' });
    const all = Array.from({ length: 50 }, (_, index) =>
      cache.decide({ principal: index % 2 ? alice : twin, request }, ask),
    );
    resolve(byRbac);
    expect(new Set(await Promise.all(all))).toEqual(new Set([byRbac]));
    expect(count).toBe(1);
  });

  it('shares no question that is older than a second or than a change', async () => {
    const never = new Promise<Decision>(() => undefined);
    void cache.decide({ principal: alice, request }, () => never);
    changes.tell({ namespace: 'other' });
    void cache.decide({ principal: alice, request }, () => never);
    changes.tell({ namespace: 'pay' });
    void cache.decide({ principal: alice, request }, () => never);
    nowMs += 1_000;
    void cache.decide({ principal: alice, request }, () => never);
    await Promise.resolve();
    expect(sources).toEqual(['asked', 'shared', 'asked', 'asked']);
  });

  it('lets a caller go without ending the question of the others', async () => {
    const { promise, resolve } = Promise.withResolvers<Decision>();
    const gone = new AbortController();
    const first = cache.decide({ principal: alice, request, signal: gone.signal }, () => promise);
    const second = cache.decide({ principal: alice, request }, () => promise);
    gone.abort();
    await expect(first).rejects.toMatchObject({ code: 'Unavailable' });
    resolve(byRbac);
    expect(await second).toBe(byRbac);
  });

  it('keeps no failure', async () => {
    const failing = () => Promise.reject(new Error('unreachable'));
    await expect(cache.decide({ principal: alice, request }, failing)).rejects.toThrow('unreach');
    expect(await decide(byRbac)).toBe(byRbac);
    expect(cache.size).toBe(1);
  });

  it('holds a bounded number, and lets go of those least recently used', async () => {
    for (let count = 0; count < limits.decisionsKeptMax; count += 1) {
      await decide(byRbac, { name: `n${count}` });
    }
    await decide(byRbac, { name: 'n0' });
    await decide(byRbac, { name: 'one more' });
    expect(cache.size).toBe(limits.decisionsKeptMax);
    expect(await decide(denial, { name: 'n0' })).toBe(byRbac);
    expect(await decide(denial, { name: 'n1' })).toBe(denial);
  });

  it('notices another authoriser', async () => {
    await decide(byRbac);
    await decide(denial, { name: 'x' });
    expect(cache.foreignAuthorizers).toBe(false);
    await decide(foreign, { name: 'y' });
    expect(cache.foreignAuthorizers).toBe(true);
  });
});
