import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessService, type Decision, type Grant } from '../../../src/access/access.service.js';
import type { RbacConcern } from '../../../src/access/domain/rbac-changes.js';
import { AuthorizationMonitor } from '../../../src/access/authorization-monitor.service.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { limits } from '../../../src/core/limits.js';
import { Principal } from '../../../src/core/principal.js';

class Rbac extends AccessService {
  allowed = true;
  isAway = false;
  /** Answers come when that has ended. */
  until: Promise<void> | undefined;
  readonly asked: string[] = [];

  override tracedBy(): AccessService {
    return this;
  }

  override async decide(
    { signal }: CallContext,
    { namespace }: { namespace: string },
  ): Promise<Decision> {
    this.asked.push(namespace);
    const { allowed } = this;
    await this.until;
    if (this.isAway || signal?.aborted === true) throw new Error('away');
    return { allowed, reason: '' };
  }

  override require(): Promise<Grant> {
    throw new Error('nobody asks so');
  }
}

const ctx: CallContext = {
  principal: Principal.forUser({ username: 'alice', kind: 'oidc', credentialId: 'test' }),
  ...{ door: 'kubectl', requestId: 'r', auditId: 'a', sourceIp: '127.0.0.1', requestUri: '/' },
};
const rightIn = (namespace: string) =>
  ({ verb: 'watch', group: '', resource: 'secrets', namespace, name: '' }) as const;

describe('a right that a stream goes on under', () => {
  let rbac: Rbac;
  let tell: (concern: RbacConcern) => void;
  let rights: AuthorizationMonitor;

  beforeEach(() => {
    vi.useFakeTimers();
    rbac = new Rbac();
    rights = new AuthorizationMonitor(rbac, { onChange: (listener) => (tell = listener) });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('is gone shortly after a change that takes it', async () => {
    const held = rights.hold(ctx, rightIn('pay'));
    rbac.allowed = false;
    tell({ namespace: 'pay' });
    await vi.advanceTimersByTimeAsync(150);
    expect(held.signal.aborted).toBe(true);
  });

  it('is asked about again once API servers have settled, as the first answer may be old', async () => {
    const held = rights.hold(ctx, rightIn('pay'));
    tell({ namespace: 'pay' });
    await vi.advanceTimersByTimeAsync(150);
    expect(held.signal.aborted).toBe(false);
    rbac.allowed = false;
    await vi.advanceTimersByTimeAsync(limits.decisionSettleMs + 100);
    expect(held.signal.aborted).toBe(true);
  });

  it('is not asked about for what happens in other namespaces', async () => {
    rights.hold(ctx, rightIn('pay'));
    rights.hold(ctx, rightIn('shop'));
    rights.hold(ctx, rightIn(''));
    tell({ namespace: 'shop' });
    await vi.advanceTimersByTimeAsync(150);
    expect(rbac.asked).toEqual(['shop']);
    tell('all');
    await vi.advanceTimersByTimeAsync(150);
    expect(rbac.asked.toSorted()).toEqual(['', 'pay', 'shop', 'shop']);
  });

  it('is asked about once for many changes at a time', async () => {
    rights.hold(ctx, rightIn('pay'));
    for (let change = 0; change < 50; change += 1) tell({ namespace: 'pay' });
    await vi.advanceTimersByTimeAsync(150);
    expect(rbac.asked).toEqual(['pay']);
  });

  it('is asked about once for all that one caller holds alike, and gone for all', async () => {
    const held = Array.from({ length: 100 }, () => rights.hold({ ...ctx }, rightIn('pay')));
    rbac.allowed = false;
    tell({ namespace: 'pay' });
    await vi.advanceTimersByTimeAsync(150);
    expect(rbac.asked).toEqual(['pay']);
    expect(held.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('is asked about also where one of those who hold it has just left', async () => {
    rights.hold({ ...ctx, signal: AbortSignal.abort() }, rightIn('pay'));
    const held = rights.hold(ctx, rightIn('pay'));
    rbac.allowed = false;
    tell({ namespace: 'pay' });
    await vi.advanceTimersByTimeAsync(150);
    expect(held.signal.aborted).toBe(true);
  });

  it('is found to be gone without any change that was told', async () => {
    const held = rights.hold(ctx, rightIn('pay'));
    rbac.allowed = false;
    await vi.advanceTimersByTimeAsync(limits.kubectlRightLookMs + 10);
    expect(held.signal.aborted).toBe(true);
  });

  it('stays while nobody can say, and is asked about again', async () => {
    const held = rights.hold(ctx, rightIn('pay'));
    rbac.isAway = true;
    await vi.advanceTimersByTimeAsync(limits.kubectlRightLookMs + 10);
    expect(held.signal.aborted).toBe(false);
    rbac.isAway = false;
    rbac.allowed = false;
    await vi.advanceTimersByTimeAsync(limits.kubectlRightLookMs);
    expect(held.signal.aborted).toBe(true);
  });

  it('is asked about no more once it is gone', async () => {
    const held = rights.hold(ctx, rightIn('pay'));
    rbac.allowed = false;
    await vi.advanceTimersByTimeAsync(3 * limits.kubectlRightLookMs);
    expect(rbac.asked).toEqual(['pay']);
    expect([held.signal.aborted, rights.size]).toEqual([true, 0]);
    held.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not gone for whoever got it while the answer was on its way', async () => {
    const lost = rights.hold(ctx, rightIn('pay'));
    const { promise, resolve } = Promise.withResolvers<void>();
    Object.assign(rbac, { allowed: false, until: promise });
    tell({ namespace: 'pay' });
    await vi.advanceTimersByTimeAsync(150);
    rbac.allowed = true;
    const given = rights.hold(ctx, rightIn('pay'));
    resolve();
    await vi.advanceTimersByTimeAsync(1);
    expect([lost.signal.aborted, given.signal.aborted]).toEqual([true, false]);
  });

  it('is looked at once at a time, and once more for what has changed meanwhile', async () => {
    rights.hold(ctx, rightIn('pay'));
    const { promise, resolve } = Promise.withResolvers<void>();
    rbac.until = promise;
    for (let change = 0; change < 5; change += 1) {
      tell({ namespace: 'pay' });
      await vi.advanceTimersByTimeAsync(150);
    }
    expect(rbac.asked).toEqual(['pay']);
    resolve();
    await vi.advanceTimersByTimeAsync(1);
    expect(rbac.asked).toEqual(['pay', 'pay']);
  });

  it('is asked about a few at a time, and others take their turn in between', async () => {
    const count = 4 * limits.accessReviewsAtOnceMax;
    for (let one = 0; one < count; one += 1) {
      rights.hold(ctx, { ...rightIn('pay'), name: `secret-${one}` });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    rbac.until = promise;
    tell({ namespace: 'pay' });
    await vi.advanceTimersByTimeAsync(150);
    expect(rbac.asked).toHaveLength(limits.accessReviewsAtOnceMax);
    resolve();
    await vi.waitFor(() => expect(rbac.asked).toHaveLength(count));
  });

  it('costs nothing once it is released', async () => {
    rights.hold(ctx, rightIn('pay')).release();
    tell('all');
    await vi.advanceTimersByTimeAsync(5 * limits.kubectlRightLookMs);
    expect(rbac.asked).toEqual([]);
    expect(rights.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
