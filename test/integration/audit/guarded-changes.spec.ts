import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditService } from '../../../src/audit/audit.service.js';
import type { GuardedChange } from '../../../src/audit/domain/log-entry.js';
import { SystemClock } from '../../../src/core/clock.js';
import { rotationLimits } from '../../../src/core/rotation-limits.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { storedEntries } from '../../support/stored-entries.js';
import { callContext, DONE } from '../../unit/audit/audit-builders.js';
import { type AuditFixture, auditOver, entry, leafIndexOf } from './audit-fixture.js';
import { temporaryKey, treeOver, verdictOf } from './log-fixture.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const statement = (sql: string) => ({ sql, parameters: [] });

/** Counts up where the count is `from`; `rest` follows. */
function countFrom(from: number, rest: readonly string[] = []): GuardedChange {
  const guard = `UPDATE rotation_policies SET last_due_ms = ${from + 1}
    WHERE policy_uid = 'p' AND last_due_ms = ${from}`;
  return { key: 'p', guard: statement(guard), rest: rest.map(statement) };
}

const note = (id: string) => `INSERT INTO rotation_policies (policy_uid) VALUES ('${id}')`;

describe.each(dialects)('changes with their events in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    audit = auditOver(await place.open());
    await audit.ready();
    await place.run("INSERT INTO rotation_policies (policy_uid, last_due_ms) VALUES ('p', 0)");
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
  });

  const commit = (change: GuardedChange, name = 'changed') =>
    audit.writer.commit({ ...entry({ facts: { secret: name } }), change });
  const counted = async () =>
    Number(
      (await place.run("SELECT last_due_ms FROM rotation_policies WHERE policy_uid = 'p'"))[0]?.[
        'last_due_ms'
      ],
    );
  const noted = async () =>
    (await place.run("SELECT policy_uid FROM rotation_policies WHERE policy_uid <> 'p'")).map(
      (row) => row['policy_uid'],
    );
  const logged = async () =>
    (await storedEntries(audit.database)).map(
      ({ leaf_index: index, secret }) => [index, secret] as const,
    );

  it('are there together where the guard held, and else not at all', async () => {
    expect(await commit(countFrom(0, [note('a'), note('b')]), 'one')).toBe(true);
    expect(await commit(countFrom(0, [note('c')]), 'two')).toBe(false);
    expect(await counted()).toBe(1);
    expect(await noted()).toEqual(['a', 'b']);
    expect(await logged()).toEqual([[0, 'one']]);
  });

  it('do not happen where the guard would change more than one row', async () => {
    await place.run(note('q'));
    const guard = statement("UPDATE rotation_policies SET author = 'x'");
    const change = { key: 'p', guard, rest: [statement(note('r'))] };
    await expect(commit(change)).rejects.toThrow('several rows');
    expect(await place.run('SELECT author FROM rotation_policies')).toEqual([
      { author: null },
      { author: null },
    ]);
    expect(await logged()).toEqual([]);
  });

  it('share a batch with plain events, of which each has its own index', async () => {
    const plain = async (name: string) =>
      leafIndexOf(audit, await audit.writer.append(entry({ facts: { secret: name } })));
    const fates = [
      ...[plain('0'), commit(countFrom(7), 'lost'), commit(countFrom(0), '1')],
      ...[plain('2'), audit.writer.check(), commit(countFrom(1), '3')],
      ...[commit(countFrom(1), 'lost'), plain('4')],
    ];
    expect(await Promise.all(fates)).toEqual([0, false, true, 2, undefined, true, false, 4]);
    expect(audit.commits).toEqual([5]);
    expect(await logged()).toEqual(upTo(5).map((index) => [index, `${index}`]));
    expect(await leafIndexOf(audit, await audit.writer.append(entry()))).toBe(5);
  });

  it('point outcomes at their intents, whatever was left out between them', async () => {
    const first = audit.writer.append(entry({ stage: 'intent' }));
    const [call] = await Promise.all([first, commit(countFrom(9)), commit(countFrom(0))]);
    const outcome = async () =>
      leafIndexOf(audit, await audit.writer.append(entry({ stage: 'outcome', callIndex: call })));
    const fates = await Promise.all([
      commit(countFrom(9)),
      outcome(),
      commit(countFrom(9)),
      outcome(),
    ]);
    expect(fates).toEqual([false, 2, false, 3]);
    const stages = await place.run(
      'SELECT stage, call_index FROM audit_entries ORDER BY leaf_index',
    );
    expect(stages.map((row) => [row['stage'], Number(row['call_index'])])).toEqual([
      ['intent', 0],
      ['single', 1],
      ['outcome', 0],
      ['joined', 0],
    ]);
  });

  it('fail with their whole batch where a statement is wrong, and the next one is taken', async () => {
    const wrong = commit(countFrom(0, ['INSERT INTO nowhere VALUES (1)']));
    const fates = await Promise.allSettled([
      audit.writer.append(entry()),
      wrong,
      commit(countFrom(0)),
    ]);
    expect(fates.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await counted()).toBe(0);
    expect(await commit(countFrom(0))).toBe(true);
    expect((await logged()).map(([index]) => index)).toEqual([0]);
  });

  it('are as many as the guards that held, however many come at once', async () => {
    const many = 5 * rotationLimits.batchChangesMax;
    // Each number is wanted by two.
    const wanted = upTo(many).map((index) => Math.floor(index / 2));
    const fates = await Promise.all(wanted.map((from) => commit(countFrom(from))));
    expect(fates).toEqual(upTo(many).map((index) => index % 2 === 0));
    expect(await counted()).toBe(many / 2);
    expect((await logged()).map(([index]) => index)).toEqual(upTo(many / 2));
    expect(audit.commits.length).toBeGreaterThanOrEqual(5);
  });

  it('leave a log that proves itself', async () => {
    const key = temporaryKey();
    const fates = upTo(600).map(async (index) =>
      index % 3 === 0 ? commit(countFrom(index / 3)) : audit.writer.append(entry()),
    );
    const lost = upTo(100).map(() => commit(countFrom(1_000)));
    await Promise.all([...fates, ...lost]);
    await audit.searches.integrated();
    const tree = treeOver(audit.database, key.keyFile);
    expect((await tree.integrator.publish()).size).toBe(600);
    expect(await verdictOf(tree)).toBeUndefined();
    key.remove();
  });

  it('are refused where the log is not what was anchored of it', async () => {
    const over = (refusal?: string) =>
      new AuditService(audit.writer, audit.reader, new SystemClock(), { guard: { refusal } });
    const commitIn = (service: AuditService) =>
      service.commit(callContext(), { action: 'rotations.run' }, DONE, countFrom(0));
    await expect(commitIn(over('the log was rolled back'))).rejects.toMatchObject({
      code: 'Unavailable',
      cause: { message: 'the log was rolled back' },
    });
    expect(await counted()).toBe(0);
    expect(await commitIn(over())).toBe(true);
  });
});
