import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { Random } from '../../conformance/scenarios/random.js';
import { send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { seedSecret } from '../../support/seed.js';
import { ReplicaLoad } from './replica-load.js';
import { type Replica, replicaNamespace, ReplicaWorld } from './replica-world.js';

const SEED = 20_261_205;
const operationsMin = scaled(1_000_000, 2_000);
const counts = {
  kill: scaled(100, 3),
  restart: scaled(30, 2),
  cut: scaled(20, 2),
  pauseSequencer: scaled(10, 1),
};
const RUN_MS_MAX = 7_200_000;
const CHECK_MS_MAX = 600_000;
const SERVED_MS_MAX = 60_000;
const BETWEEN_FAULTS_MS = 500;
/** Longer than the lease of the sequencer, and than another one needs to take over. */
const PAUSED_MS = 5_500;
const PROOFS = 50;
const APPEND = 'INSERT INTO audit_queue';

/** Guarantee: whatever fails, each acknowledged event is in the log once, and the log is whole. */
describe('three replicas on one PostgreSQL', () => {
  let world: ReplicaWorld;
  let load: ReplicaLoad;
  let takeovers = 0;
  const random = new Random(SEED);

  beforeAll(async () => {
    world = await ReplicaWorld.start();
    for (const name of ReplicaLoad.names) {
      await seedSecret(world.installation, replicaNamespace, name, { pin: 'first' });
    }
    load = new ReplicaLoad(world);
    await load.begin();
  });
  afterAll(() => world?.stop());

  const number = async (sql: string): Promise<number> =>
    Number((await world.storage.query(sql))[0]?.['number']);
  const epoch = () => number('SELECT epoch AS number FROM audit_sequencer');

  /** Waits until each replica serves again. */
  async function served(): Promise<void> {
    const path = `/v1/namespaces/${replicaNamespace}/secrets/shared-0`;
    const statusOf = async ({ gateway }: Replica) =>
      gateway.ask(path).then(
        ({ status }) => status,
        () => 0,
      );
    for (const replica of world.replicas) {
      await expect.poll(() => statusOf(replica), { timeout: SERVED_MS_MAX }).toBe(200);
    }
  }

  /** Stops the process that is the sequencer for longer than its lease. */
  async function pauseSequencer(): Promise<void> {
    for (const { gateway } of world.replicas) {
      const before = await epoch();
      await gateway.pause();
      await pause(PAUSED_MS);
      const after = await epoch();
      await gateway.resume();
      if (after === before) continue;
      takeovers += 1;
      return;
    }
  }

  let restarts = 0;
  const faults: Readonly<Record<keyof typeof counts, () => Promise<void>>> = {
    kill: async () => {
      const { gateway } = random.pick(world.replicas);
      await gateway.kill();
      await pause(random.below(BETWEEN_FAULTS_MS));
      await gateway.startAgain();
    },
    restart: async () => {
      restarts += 1;
      await (restarts % 2 === 0 ? world.storage.crash() : world.storage.restart());
    },
    cut: async () => {
      const { database } = random.pick(world.replicas);
      database.cutAfter(APPEND);
      await pause(BETWEEN_FAULTS_MS);
      database.cut();
    },
    pauseSequencer,
  };

  /** Faults in an order that is the same in each run. */
  function schedule(): readonly (keyof typeof counts)[] {
    const kinds = Object.keys(counts) as (keyof typeof counts)[];
    const all = kinds.flatMap((kind) => Array.from({ length: counts[kind] }, () => kind));
    return all
      .map((kind) => ({ kind, order: random.below(1_000_000) }))
      .sort((one, other) => one.order - other.order)
      .map(({ kind }) => kind);
  }

  it(
    'serve through kills, restarts of the database, cuts and a paused sequencer',
    async () => {
      load.start(SEED);
      for (const fault of schedule()) {
        await faults[fault]();
        await served();
        await pause(random.below(BETWEEN_FAULTS_MS));
      }
      const enough = { timeout: RUN_MS_MAX };
      await expect.poll(() => load.acknowledged.length, enough).toBeGreaterThan(operationsMin);
      await load.stop();
      expect(load.unexpected).toEqual([]);
      expect(load.failures).toBeGreaterThan(counts.kill);
      expect(takeovers).toBe(counts.pauseSequencer);
    },
    RUN_MS_MAX,
  );

  it('have integrated everything that was queued, with all chains whole', async () => {
    const left = 'SELECT count(*) AS number FROM audit_queue';
    await expect.poll(() => number(left), { timeout: CHECK_MS_MAX }).toBe(0);
    const open = `SELECT count(*) AS number FROM audit_chains AS c LEFT JOIN audit_integrated AS d
      USING (writer) WHERE (c.sequence, c.hash) IS DISTINCT FROM (d.sequence, d.hash)`;
    expect(await number(open)).toBe(0);
    const damage = `SELECT count(*) AS number FROM audit_entries WHERE action = 'audit.damage'`;
    expect(await number(damage)).toBe(0);
    const gaps = `SELECT max(leaf_index) + 1 - count(*) AS number FROM audit_entries`;
    expect(await number(gaps)).toBe(0);
  });

  it('have each acknowledged event on record once', async () => {
    const twice = `SELECT count(*) AS number FROM (SELECT 1 FROM audit_entries
      GROUP BY audit_id, stage HAVING count(*) > 1) AS one`;
    expect(await number(twice)).toBe(0);
    const rows = await world.storage.query('SELECT DISTINCT audit_id FROM audit_entries');
    const stored = new Set(rows.map((row) => row['audit_id']));
    expect(load.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(new Set(load.acknowledged).size).toBe(load.acknowledged.length);
  });

  it('have given each version number once', () => {
    expect(load.versionsGivenTwice).toEqual([]);
  });

  it('prove events that were acknowledged', async () => {
    const [{ gateway }] = world.replicas as readonly [Replica];
    const token = world.tokens.auditor;
    for (let count = 0; count < PROOFS; count += 1) {
      const id = random.pick(load.acknowledged);
      const found = await send(gateway.url, { path: `/v1/audit/events?auditId=${id}`, token });
      const [item] = found.json<{ readonly items: readonly { readonly id: string }[] }>().items;
      const path = `/v1/audit/events/${item?.id}/proof`;
      expect((await send(gateway.url, { path, token })).status).toBe(200);
    }
  });

  it(
    'have a log that verifies',
    async () => {
      const [{ gateway }] = world.replicas as readonly [Replica];
      const keys = world.newFile('log.keys');
      const headers = world.newFile('headers');
      const token = world.tokens.auditor;
      writeFileSync(keys, (await send(gateway.url, { path: '/v1/audit/keys', token })).text);
      writeFileSync(headers, `Authorization: Bearer ${token}\n`, { mode: 0o600 });
      const said = { out: '', err: '' };
      const source = ['audit', 'verify', gateway.url, '--keys', keys, '--header-file', headers];
      const code = await run(source, {
        out: (text) => void (said.out += text),
        err: (text) => void (said.err += text),
        isTerminal: false,
      });
      expect({ code, ...said }).toMatchObject({ code: 0, out: expect.stringMatching(/^good: /m) });
    },
    CHECK_MS_MAX,
  );
});
