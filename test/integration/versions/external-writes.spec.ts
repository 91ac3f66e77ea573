import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ExternalWrites,
  type OutsideWritesTimes,
} from '../../../src/versions/capture/external-writes.js';
import type { StateId } from '../../../src/secrets/domain/secret-history.js';
import type { ReportedWrite } from '../../../src/versions/domain/outside-write.js';
import { dialects } from '../../postgres/test-storage.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';
import { historyOf, storeFixture } from './store-fixture.js';

const GATHERED_MS = 60;
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const db = newVersion(1);

/** A write that took ten milliseconds, so long after the start. */
function report(username: string, afterMs: number, name = 'db'): ReportedWrite {
  return {
    ...{ auditId: `${username}-${afterMs}`, verb: 'update', requestUri: '/', code: 200 },
    ...{ stage: 'ResponseComplete', user: { username }, impersonatedUser: undefined },
    object: { namespace: 'pay', name },
    receivedAt: new Date(START_MS + afterMs).toISOString(),
    stageAt: new Date(START_MS + afterMs + 10).toISOString(),
  };
}

describe.each(dialects)('who changed a Secret behind the gateway, in %s', (dialect) => {
  const at = storeFixture(dialect);
  let outside: ExternalWrites | undefined;
  afterEach(() => outside?.stop());

  const open = (times: Partial<OutsideWritesTimes> = {}, told: StateId[] = []): ExternalWrites =>
    (outside = new ExternalWrites(at.store, { gatheredMs: GATHERED_MS, ...times }, (state) => {
      told.push(state);
    }));
  /** Versions that the watch told of so long after the start. */
  const seen = (...afterMs: readonly number[]) =>
    at.store.record(
      afterMs.map((ms, index) => newVersion(index + 1, { createdMs: START_MS + ms })),
    );
  const users = async () => {
    const { id } = await historyOf(at.store, db);
    const { items } = await at.store.list(id, undefined, 100);
    return items.map(({ attribution }) => attribution.username ?? null).toReversed();
  };
  const settled = () => wait(GATHERED_MS * 6);

  it('is known of one change by itself, told once or twice, before or after it was seen', async () => {
    const told: StateId[] = [];
    // Longer than a busy database takes to record a version.
    const writes = open({ gatheredMs: 1_500 }, told);
    for (const name of ['db', 'db', 'other']) writes.note(report('alice', 0, name));
    expect(await seen(15)).toMatchObject([{ kind: 'recorded' }]);
    await expect.poll(users).toEqual(['alice']);
    writes.note(report('alice', 0));
    await at.store.record([newVersion(2, { createdMs: START_MS + 10_020 })]);
    writes.note(report('bob', 10_000));
    await expect.poll(users).toEqual(['alice', 'bob']);
    const { secretUid: uid } = db;
    await expect
      .poll(() => told)
      .toEqual([100, 200].map((n) => ({ uid, resourceVersion: `${n}` })));
  });

  it('is not guessed where two users changed it 0.3 s apart', async () => {
    await seen(15, 315);
    const writes = open();
    writes.note(report('alice', 0));
    writes.note(report('bob', 300));
    await settled();
    expect(await users()).toEqual([null, null]);
  });

  it('is nobody for sure where somebody wrote the same again beside a change', async () => {
    await seen(1_515);
    const writes = open();
    writes.note(report('eve', 1_500));
    writes.note(report('victim', 1_000));
    await settled();
    expect(await users()).toEqual([null]);
  });

  it('is not guessed from a report that comes after another was believed', async () => {
    await seen(15, 315);
    const writes = open();
    await at.store.attribute(db.secretUid, '200', { door: 'rest', username: 'known' });
    writes.note(report('alice', 0));
    await expect.poll(users).toEqual(['alice', 'known']);
    await at.store.record([newVersion(3, { createdMs: START_MS + 2_200 })]);
    writes.note(report('bob', 1_000));
    await settled();
    expect(await users()).toEqual(['alice', 'known', null]);
  });

  it('is not guessed where one report has two changes to choose from', async () => {
    await seen(15, 315);
    open().note(report('alice', 0));
    await settled();
    expect(await users()).toEqual([null, null]);
  });

  it('is not guessed where there was no room for a report of the same time', async () => {
    await seen(15);
    const writes = open({ claimsMax: 1 });
    writes.note(report('alice', 0));
    writes.note(report('bob', 1_000, 'other'));
    await settled();
    expect(await users()).toEqual([null]);
  });

  it('is known again once what came before is forgotten', async () => {
    await seen(15);
    const writes = open({ claimsMax: 1, keptMs: 0 });
    writes.note(report('bob', 0, 'other'));
    await settled();
    await settled();
    writes.note(report('alice', 0));
    await expect.poll(users).toEqual(['alice']);
  });
});
