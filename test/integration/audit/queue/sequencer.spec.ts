import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { untilIntegrated } from '../../../../src/audit/queue/until-integrated.js';
import type { SequencerProgress } from '../../../../src/audit/queue/sequencer.js';
import { integrated } from '../../../../src/audit/queue/sequencer-writes.js';
import { limits } from '../../../../src/core/limits.js';
import { startStorage, type TestStorage } from '../../../postgres/test-storage.js';
import { rowMac } from '../../../unit/encryption/row-integrity.builder.js';
import { entry } from '../audit-fixture.js';
import { QueueWorld } from './queue-fixture.js';

let storage: TestStorage;
let world: QueueWorld;

beforeAll(async () => {
  storage = await startStorage('postgres');
});
afterAll(() => storage.stop());
beforeEach(async () => {
  world = await QueueWorld.start(storage);
});
afterEach(() => world.stop());

const holderOf = async () => {
  const [row] = await world.place.run('SELECT epoch::int, holder FROM audit_sequencer');
  return { epoch: Number(row?.['epoch']), holder: String(row?.['holder']) };
};

describe('the sequencer', () => {
  it('is one process of all, and another one within 5 s if that is gone', async () => {
    const counts = [0, 0];
    const [first, second] = counts.map((_, at) =>
      world.sequencer(({ integrated: entries }) => void (counts[at] = (counts[at] ?? 0) + entries)),
    );
    const queue = world.queue();
    for (let round = 0; round < 5; round += 1) {
      await queue.append([entry()]);
      await untilIntegrated(world.database);
    }
    const working = counts.findIndex((count) => count > 0);
    expect(counts.toSorted((one, other) => one - other)).toEqual([0, 5]);
    const { epoch } = await holderOf();
    // As if its process were killed: nothing is released.
    const gone = [first, second][working];
    await world.place.run("UPDATE audit_sequencer SET holder = 'gone'");
    await gone?.stop();
    const goneAtMs = performance.now();
    await world.place.run('UPDATE audit_sequencer SET until_ms = until_ms + 3000');
    await queue.append([entry()]);
    await untilIntegrated(world.database).catch(() => untilIntegrated(world.database));
    expect(performance.now() - goneAtMs).toBeLessThan(8_000);
    expect(counts[1 - working]).toBe(1);
    expect((await holderOf()).epoch).toBe(epoch + 1);
  });

  it('hands over at once when it stops in order, and leaves nothing in the queue', async () => {
    const first = world.sequencer();
    const queue = world.queue();
    await queue.append([entry()]);
    await untilIntegrated(world.database);
    await queue.append([entry(), entry()]);
    await first.stop();
    expect(await world.logged('leaf_index')).toHaveLength(3);
    expect(await holderOf()).toMatchObject({ holder: '' });
  });

  it('changes nothing more once another process has taken its lease', async () => {
    world.sequencer();
    const queue = world.queue();
    await queue.append([entry()]);
    await untilIntegrated(world.database);
    const { epoch } = await holderOf();
    const client = new pg.Client({ connectionString: world.url });
    await client.connect();
    await world.place.run("UPDATE audit_sequencer SET epoch = epoch + 1, holder = 'other'");
    const batch = { first: 1, rows: [], spans: [], chains: [] };
    const late = await integrated(client, epoch, batch, rowMac());
    expect(late).toEqual({ isHolder: false, isTaken: false });
    const wrongPlace = await integrated(client, epoch + 1, { ...batch, first: 0 }, rowMac());
    expect(wrongPlace).toEqual({ isHolder: true, isTaken: false });
    await client.end();
  });

  it('goes on behind a gateway of the version before, which appends by itself', async () => {
    world.sequencer();
    const queue = world.queue();
    await queue.append([entry()]);
    await untilIntegrated(world.database);
    await world.place.run(`BEGIN; UPDATE audit_head SET size = size + 1;
      INSERT INTO audit_entries SELECT 1, 1, time_ms, code, stage, audit_id, "user",
        credential_id, namespace, secret, source_ip, action, outcome, plane, source, groups, keys,
        marks, leaf_hash, event, mac FROM audit_entries WHERE leaf_index = 0; COMMIT`);
    await queue.append([entry(), entry()]);
    await untilIntegrated(world.database);
    expect(await world.logged('leaf_index')).toEqual(['0', '1', '2', '3']);
    expect(world.alarms).toEqual([]);
  });

  it('deletes chains that have not grown for a day', async () => {
    const queue = world.queue();
    const { tail } = await queue.append([entry()]);
    await world.sequencer().stop();
    await world.place.run(
      `UPDATE audit_chains SET changed_ms = changed_ms - ${limits.auditChainIdleMs + 1_000}`,
    );
    await world.sequencer().stop();
    expect(await world.place.run('SELECT writer FROM audit_chains')).toEqual([]);
    expect(await world.place.run('SELECT writer FROM audit_integrated')).toEqual([]);
    expect(tail?.sequence).toBe(1);
  });

  it('reports how many entries wait, and how many of them are in the log now', async () => {
    const queue = world.queue();
    await queue.append([entry(), entry(), entry()]);
    const reports: SequencerProgress[] = [];
    world.sequencer((progress) => void reports.push(progress));
    await untilIntegrated(world.database);
    await expect
      .poll(() => reports)
      .toEqual([
        { integrated: 0, waiting: 3 },
        { integrated: 3, waiting: 0 },
      ]);
  });
});
