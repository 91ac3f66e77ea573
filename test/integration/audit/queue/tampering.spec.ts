import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PostgresQueue } from '../../../../src/audit/queue/postgres-queue.js';
import { untilIntegrated } from '../../../../src/audit/queue/until-integrated.js';
import { Random } from '../../../conformance/scenarios/random.js';
import { startStorage, type TestStorage } from '../../../postgres/test-storage.js';
import { scaled } from '../../../support/scale.js';
import { entry } from '../audit-fixture.js';
import { tamper } from '../log-fixture.js';
import { QueueWorld } from './queue-fixture.js';

const CASES = scaled(1_000);
const SEED = 20_261_203;
const LATE_MS_MAX = 3_600_000;

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

const random = new Random(SEED);
const from = (writer: number, sequence?: number): string =>
  `writer = ${writer}${sequence === undefined ? '' : ` AND sequence = ${sequence}`}`;
const setTo = (table: string, [column, value]: readonly [string, string], where: string): string =>
  `UPDATE ${table} SET ${column} = ${value} WHERE ${where}`;
const bytes = (length: number): string => `decode('${'5a'.repeat(length)}', 'hex')`;

/** Other values of columns. */
const others = {
  stage: "CASE stage WHEN 'single' THEN 'joined' ELSE 'single' END",
  source: "'cluster'",
  call_index: 'coalesce(call_index, 0) + 1',
  call_writer: '4711',
  event: "event || ' '::bytea",
  previous: bytes(32),
  mac: bytes(32),
  sequence: 'sequence + 1000',
  writer: 'writer + 1',
} as const;

/** Changes of a chain with so many entries, of which some are integrated. */
const changes: Readonly<Record<string, (writer: number, last: number, at: number) => string>> = {
  'a row is removed': (writer, _last, at) => `DELETE FROM audit_queue WHERE ${from(writer, at)}`,
  'all rows are removed': (writer) => `DELETE FROM audit_queue WHERE ${from(writer)}`,
  'the last rows are removed': (writer, _last, at) =>
    `DELETE FROM audit_queue WHERE ${from(writer)} AND sequence >= ${at}`,
  'a row is changed': (writer, _last, at) => {
    const column = random.pick(Object.keys(others) as (keyof typeof others)[]);
    return setTo('audit_queue', [column, others[column]], from(writer, at));
  },
  'a row is added': (writer, last, at) =>
    `INSERT INTO audit_queue SELECT writer, ${last + 1}, stage, source, call_index, call_writer,
      call_sequence, event, previous, mac FROM audit_queue WHERE ${from(writer, at)}`,
  'a chain is added': (writer) =>
    `INSERT INTO audit_queue SELECT writer + 1, sequence, stage, source, call_index, call_writer,
      call_sequence, event, previous, mac FROM audit_queue WHERE ${from(writer)}`,
  'the end of the chain is changed': (writer) =>
    setTo(
      'audit_chains',
      random.pick([
        ['sequence', 'sequence - 1'],
        ['sequence', 'sequence + 1'],
        ['hash', bytes(32)],
        ['mac', bytes(32)],
      ] as const),
      from(writer),
    ),
  'the chain is removed': (writer) => `DELETE FROM audit_chains WHERE ${from(writer)}`,
  'what is integrated is changed': (writer) =>
    setTo(
      'audit_integrated',
      random.pick([
        ['sequence', 'sequence + 1'],
        ['hash', bytes(32)],
        ['mac', bytes(32)],
      ] as const),
      from(writer),
    ),
  'what is integrated seems to be all': (writer) =>
    `UPDATE audit_integrated AS d SET sequence = c.sequence, hash = c.hash
      FROM audit_chains AS c WHERE d.writer = c.writer AND c.${from(writer)}`,
  'what is integrated is removed': (writer) => `DELETE FROM audit_integrated WHERE ${from(writer)}`,
  'all traces are removed': (writer) =>
    ['queue', 'chains', 'integrated']
      .map((table) => `DELETE FROM audit_${table} WHERE ${from(writer)}`)
      .join('; '),
};

/** A chain of so many entries, which are queued, after others that are integrated. */
async function chainOf(queue: PostgresQueue, before: number, waiting: number) {
  if (before > 0) {
    await queue.append(Array.from({ length: before }, () => entry()));
    const sequencer = world.sequencer();
    await untilIntegrated(world.database);
    await sequencer.stop();
  }
  const { tail } = await queue.append(Array.from({ length: waiting }, () => entry()));
  if (tail === undefined) throw new Error('a batch is part of a chain');
  return tail;
}

/** Lets a sequencer look at all there is; returns what it finds. */
async function found(): Promise<readonly string[]> {
  world.alarms.length = 0;
  const sequencer = world.sequencer();
  await untilIntegrated(world.database);
  // Its stop looks once more.
  await sequencer.stop();
  return [...world.alarms];
}

describe('between the commit and the integration of entries', () => {
  it(
    `each of ${CASES} changes is found (seed ${SEED}), and on record`,
    async () => {
      const unseen: string[] = [];
      for (let round = 0; round < CASES; round += 1) {
        const queue = world.queue();
        const before = random.pick([0, 0, 2]);
        const waiting = random.pick([1, 2, 3, 5]);
        const { writer, sequence: last } = await chainOf(queue, before, waiting);
        const kind = random.pick(Object.keys(changes));
        const at = last - random.pick(Array.from({ length: waiting }, (_, back) => back));
        const sql = changes[kind]?.(writer, last, at) ?? '';
        await tamper(world.place, 'postgres', sql);
        const alarms = await found();
        // Who has erased everything is found by the process that had written it.
        const refusal = await queue.append([entry()]).then(
          () => '',
          (error: Error) => error.message,
        );
        await queue.close();
        const isRefused = refusal.includes('was rolled back');
        if (alarms.length === 0 && !isRefused) unseen.push(`${kind}: ${sql}`);
        const recorded = (await world.logged('action')).filter((one) => one === 'audit.damage');
        if (alarms.length > 0) expect(recorded.length, kind).toBeGreaterThan(0);
        await tamper(world.place, 'postgres', 'DELETE FROM audit_queue');
      }
      expect(unseen).toEqual([]);
    },
    LATE_MS_MAX,
  );

  it('no entry that is intact is lost, whatever was changed around it', async () => {
    const queue = world.queue();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const { tail } = await queue.append(ids.map((auditId) => entry({ ctx: { auditId } })));
    const { writer = 0 } = tail ?? {};
    await tamper(
      world.place,
      'postgres',
      `DELETE FROM audit_queue WHERE ${from(writer, 2)};
        ${setTo('audit_queue', ['event', others.event], from(writer, 4))}`,
    );
    expect(await found()).toEqual([
      expect.stringContaining(`EntriesMissing at entry 2 of chain ${writer}`),
      expect.stringContaining(`EntriesAltered at entry 4 of chain ${writer}`),
    ]);
    const logged = await world.logged('audit_id');
    expect(logged.slice(0, 3)).toEqual(['a', 'c', 'e']);
    expect(await world.logged('action')).toHaveLength(5);
    // What was changed is kept, and the chain goes on.
    expect(await world.place.run('SELECT sequence::int FROM audit_queue')).toEqual([
      { sequence: 4 },
    ]);
    await queue.append([entry({ ctx: { auditId: 'f' } })]);
    expect(await found()).toEqual([]);
    expect((await world.logged('audit_id')).at(-1)).toBe('f');
  });
});
