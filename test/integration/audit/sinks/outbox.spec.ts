import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import { limits } from '../../../../src/core/limits.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import {
  type TestDatabase,
  type TestStorage,
  startStorage,
} from '../../../postgres/test-storage.js';
import { rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

/** Guarantee: of several gateways on one database one feeds a sink at a time. */
describe('a sink of several gateways', () => {
  let storage: TestStorage;
  let place: TestDatabase;
  let databases: readonly Database[];
  let nowMs = 0;

  beforeAll(async () => {
    storage = await startStorage('postgres');
  });

  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    const first = await place.open();
    databases = [first, await place.open()];
    nowMs = 1_000_000;
  });

  afterEach(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await place.remove();
  });

  function outboxes(): readonly [Outbox, Outbox] {
    const [one, other] = databases.map(
      (database, index) =>
        new Outbox({
          database,
          owner: `gateway-${index}`,
          rowKey: rowKeyOf(),
          nowMs: () => nowMs,
        }),
    );
    if (one === undefined || other === undefined) throw new Error('two were opened');
    return [one, other];
  }

  it('has one that asks first, and stays with it while that goes on', async () => {
    const [one, other] = outboxes();
    const both = await Promise.all([one.lease('siem'), other.lease('siem')]);
    expect(both.filter((next) => next !== undefined)).toEqual([0]);
    const [holder, waiting] = both[0] === undefined ? [other, one] : [one, other];
    for (let round = 1; round <= 5; round += 1) {
      nowMs += limits.auditLeaseMs - 1;
      expect(await holder.advance('siem', round)).toBe(true);
      expect(await waiting.lease('siem')).toBeUndefined();
      expect(await waiting.advance('siem', 99)).toBe(false);
    }
  });

  it('is not kept from being fed by a lease that nobody takes for so long', async () => {
    const [one, other] = outboxes();
    await one.lease('siem');
    await one.advance('siem', 7);
    await place.run("UPDATE audit_outbox SET lease_owner = 'x', lease_until_ms = 9000000000000000");
    expect(await other.lease('siem')).toBe(7);
  });

  it('is fed again from the oldest entry where somebody has moved it on', async () => {
    const [one, other] = outboxes();
    await one.lease('siem');
    await one.advance('siem', 7);
    await place.run('UPDATE audit_outbox SET next_index = 9, lease_owner = NULL');
    expect(await other.progress('siem')).toMatchObject({ next: 0 });
    expect(await other.lease('siem')).toBe(0);
    expect(await other.advance('siem', 8)).toBe(true);
    expect(await other.lease('siem')).toBe(8);
  });

  it('goes over to another where the first is gone, at the place that was noted', async () => {
    const [one, other] = outboxes();
    await one.lease('siem');
    await one.advance('siem', 7);
    nowMs += limits.auditLeaseMs + 1;
    expect(await other.lease('siem')).toBe(7);
    expect(await one.advance('siem', 8)).toBe(false);
  });

  it('goes over at once where the first has stopped in order', async () => {
    const [one, other] = outboxes();
    await one.lease('siem');
    await one.release('siem');
    expect(await other.lease('siem')).toBe(0);
  });

  it('is apart from every other sink', async () => {
    const [one, other] = outboxes();
    expect([await one.lease('siem'), await other.lease('archive')]).toEqual([0, 0]);
  });
});
