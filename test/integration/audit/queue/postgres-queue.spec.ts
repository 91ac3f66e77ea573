import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { placeAfter } from '../../../../src/audit/domain/entry-place.js';
import type { LogEntry } from '../../../../src/audit/domain/log-entry.js';
import { untilIntegrated } from '../../../../src/audit/queue/until-integrated.js';
import { startStorage, type TestStorage } from '../../../postgres/test-storage.js';
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
afterEach(async () => {
  vi.restoreAllMocks();
  await world.stop();
});

const batch = (count: number): readonly LogEntry[] => Array.from({ length: count }, () => entry());

/** Returns the number of statements that an append sends. */
async function statementsOf(append: () => Promise<unknown>): Promise<number> {
  const queries = vi.spyOn(pg.Client.prototype, 'query');
  await append();
  const count = queries.mock.calls.length;
  queries.mockRestore();
  return count;
}

describe('a gateway that appends to PostgreSQL', () => {
  it('sends one statement for a batch, and gives its entries places that follow each other', async () => {
    const queue = world.queue();
    const { first } = await queue.append(batch(3));
    expect(await statementsOf(() => queue.append(batch(50)))).toBe(1);
    expect(await statementsOf(() => queue.append([]))).toBe(1);
    expect((await queue.append(batch(1))).first).toEqual(placeAfter(first, 53));
    expect(await world.place.run('SELECT count(*)::int AS n FROM audit_queue')).toEqual([
      { n: 54 },
    ]);
  });

  it('waits for no other gateway, whatever that has locked', async () => {
    const [one, other] = [world.queue(), world.queue()];
    await one.append(batch(1));
    const silent = new pg.Client({ connectionString: world.url });
    await silent.connect();
    await silent.query(
      'BEGIN; UPDATE audit_head SET size = size; UPDATE audit_sequencer SET id = 1',
    );
    await one.append(batch(2));
    await other.append(batch(2));
    await silent.end();
  });

  it('has its entries in the log in its order, next to those of others', async () => {
    const [one, other] = [world.queue(), world.queue()];
    world.sequencer();
    const both = [one, other].map(async (queue, at) => {
      for (let round = 0; round < 30; round += 1) {
        await queue.append([entry({ ctx: { auditId: `${at}-${round}` } })]);
      }
    });
    await Promise.all(both);
    await untilIntegrated(world.database);
    expect(await world.logged('leaf_index')).toEqual(
      Array.from({ length: 60 }, (_, at) => String(at)),
    );
    const ids = (await world.logged('audit_id')).map(String);
    for (const at of [0, 1]) {
      const own = ids.filter((id) => id.startsWith(`${at}-`));
      expect(own).toEqual(Array.from({ length: 30 }, (_, round) => `${at}-${round}`));
    }
    expect(await world.place.run('SELECT 1 FROM audit_queue')).toEqual([]);
    expect(world.alarms).toEqual([]);
  });

  it('joins an outcome to the one of another gateway, which was first', async () => {
    const [one, other] = [world.queue(), world.queue()];
    world.sequencer();
    const { first: call } = await one.append([entry({ stage: 'intent' })]);
    // A gateway knows the intents of others from the log alone.
    await untilIntegrated(world.database);
    const outcome = entry({ stage: 'outcome', callIndex: call });
    await other.append([outcome]);
    await untilIntegrated(world.database);
    await one.append([outcome]);
    await untilIntegrated(world.database);
    await one.append(batch(1));
    await untilIntegrated(world.database);
    expect(await world.logged('stage')).toEqual(['intent', 'outcome', 'joined', 'single']);
    expect(await world.logged('call_index')).toEqual(['0', '0', '0', '3']);
  });

  it('appends nothing while too many of its entries wait, and appends again once they are in the log', async () => {
    const queue = world.queue({ entriesMax: 5 });
    await queue.append(batch(3));
    await queue.append(batch(2));
    expect(queue.behind).toBe(5);
    await expect(queue.append(batch(1))).rejects.toThrow('5 events of this gateway wait');
    await expect(queue.append(batch(1))).rejects.toThrow('5 events of this gateway wait');
    world.sequencer();
    await untilIntegrated(world.database);
    await queue.append(batch(1));
    expect(queue.behind).toBe(1);
    await untilIntegrated(world.database);
    expect(await world.logged('leaf_index')).toHaveLength(6);
  });

  it('appends nothing while commits are not durable', async () => {
    const queue = world.queue();
    await queue.append(batch(3));
    const { name } = (await world.place.run('SELECT current_database() AS name'))[0] ?? {};
    await world.place.run(`ALTER DATABASE ${String(name)} SET synchronous_commit = off`);
    await queue.close();
    await expect(queue.append(batch(1))).rejects.toThrow('synchronous_commit=off');
    expect(await world.place.run('SELECT count(*)::int AS n FROM audit_queue')).toEqual([{ n: 3 }]);
  });
});
