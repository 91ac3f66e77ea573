import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import { notGranted } from '../../../src/shares/domain/not-granted.js';
import { ShareRegistry } from '../../../src/shares/domain/secret-shares.js';
import type { ParsedShare } from '../../../src/shares/domain/share-spec.js';
import { LiveDeliveries } from '../../../src/shares/live-deliveries.js';
import { ManualClock } from '../auth/manual-clock.js';
import { aShare, NAMESPACE_UID } from './domain/sharing.builder.js';

const share = aShare();
const values = { content: 'values' };

let clock: ManualClock;
let registry: ShareRegistry;
let outcomes: string[];
let lagsMs: number[];
let deliveries: LiveDeliveries;

beforeEach(() => {
  clock = new ManualClock();
  registry = new ShareRegistry();
  registry.put(share.object, NAMESPACE_UID);
  outcomes = [];
  lagsMs = [];
  const metrics = {
    deliveryEnded: (delivery: string, outcome: string) =>
      void outcomes.push(`${delivery} ${outcome}`),
    revocationEnded: (_: string, lagMs: number) => void lagsMs.push(lagMs),
  };
  deliveries = new LiveDeliveries(metrics, registry, clock);
});

/** A read that was decided by a share; the result releases it. */
function decided(by: ParsedShare = share): () => Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<typeof values>();
  const done = deliveries.during((read) => {
    read.isOf(by);
    return promise;
  });
  return () => {
    resolve(values);
    return done;
  };
}

function revoke(): void {
  const spec = { ...share.object.spec, revoked: true };
  registry.put({ ...share.object, spec, generation: 2 }, NAMESPACE_UID);
}

describe('the outcome of a delivery', () => {
  it('is counted once it has ended', async () => {
    await deliveries.during(() => Promise.resolve(values));
    const refusal = notGranted({ name: 'db' }, 'Revoked');
    await expect(deliveries.during(() => Promise.reject(refusal))).rejects.toBe(refusal);
    const failure = unavailable('the audit trail cannot be written');
    await expect(deliveries.during(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(outcomes).toEqual(['live delivered', 'live refused', 'live failed']);
  });

  it('is not counted if the caller has the values', async () => {
    await deliveries.during(() => Promise.resolve({ content: undefined }));
    expect(outcomes).toEqual([]);
  });
});

describe('the lag of a revocation', () => {
  it('is nothing if no read was decided before', () => {
    decided(aShare({}, { uid: 'another' }));
    revoke();
    expect(lagsMs).toEqual([0]);
  });

  it('ends with the last read that was decided before, whatever begins later', async () => {
    const [first, second] = [decided(), decided()];
    revoke();
    decided();
    clock.advance(10);
    await first();
    expect(lagsMs).toEqual([]);
    clock.advance(5);
    await second();
    expect(lagsMs).toEqual([15]);
  });

  it('is measured once: what is told again about an ended share counts nothing', () => {
    revoke();
    registry.put(
      { ...share.object, generation: 3, spec: { ...share.object.spec, revoked: true } },
      NAMESPACE_UID,
    );
    registry.remove(share.object);
    expect(lagsMs).toEqual([0]);
  });

  it('is measured for a deletion too', () => {
    registry.remove(share.object);
    expect(lagsMs).toEqual([0]);
  });
});
