import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptLostEntries } from '../../../../src/audit/anchors/accept-rollback.js';
import { anchorRow } from '../../../../src/audit/anchors/anchor-publisher.js';
import { AnchoredLog } from '../../../../src/audit/anchors/anchored-log.js';
import { RollbackGuard } from '../../../../src/audit/anchors/rollback-guard.js';
import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import { leafHash } from '../../../../src/audit/domain/leaf-hash.js';
import { LogRolledBack } from '../../../../src/audit/log/log-damaged.js';
import { prune, type PruneRange } from '../../../../src/audit/retention/prune.js';
import { PruneStore } from '../../../../src/audit/retention/prune-store.js';
import { DeadLetters } from '../../../../src/audit/sinks/dead-letters.js';
import { Outbox } from '../../../../src/audit/sinks/outbox.js';
import type { AuditSettings } from '../../../../src/platform/config/audit-settings.js';
import {
  type TestDatabase,
  type TestStorage,
  dialects,
  startStorage,
} from '../../../postgres/test-storage.js';
import { callContext, eventOf } from '../../../unit/audit/audit-builders.js';
import { type AuditFixture, auditOver, entry } from '../audit-fixture.js';
import { type TreeFixture, tamper, temporaryKey, treeOver, verdictOf } from '../log-fixture.js';
import { writable } from '../sinks/fed-log.js';
import { rowKeyOf, rowMac } from '../../../unit/encryption/row-integrity.builder.js';
import { untilSearchable } from '../../../support/until-searchable.js';

const DONE = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;
const PLACE = anchorRow({ place: 'file:/checkpoints' });
const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-03-01T00:00:00Z');

describe.each(dialects)('pruning on %s', (dialect) => {
  const key = temporaryKey();
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;
  let tree: TreeFixture;
  let outbox: Outbox;
  let lost: number[];
  let held: readonly string[];
  let young: number;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });

  afterAll(async () => {
    await storage.stop();
    key.remove();
  });

  beforeEach(async () => {
    place = await storage.create();
    audit = auditOver(await place.open());
    await writable(audit.writer);
    tree = treeOver(audit.database, key.keyFile);
    lost = [];
    held = [];
    young = 0;
    outbox = new Outbox({
      database: audit.database,
      owner: 'test',
      rowKey: rowKeyOf(),
    });
  });

  afterEach(async () => {
    await audit.close();
    await place.remove();
  });

  /** So many events of so many days ago. */
  async function append(count: number, daysAgo: number): Promise<void> {
    const receivedAtMs = NOW_MS - daysAgo * DAY_MS;
    const facts = { keys: ['password'] };
    const wish = { receivedAtMs, facts, result: { upstreamIds: ['a', 'b'] } };
    await Promise.all(Array.from({ length: count }, () => audit.writer.append(entry(wish))));
    await audit.searches.integrated();
  }

  /** Signs all there is, and notes that a place and a sink have so much of it. */
  async function handOn(anchored?: number, fed?: number): Promise<void> {
    const { size } = await tree.integrator.publish();
    for (const [row, reached] of [
      [PLACE, anchored],
      ['siem', fed],
    ] as const) {
      await outbox.lease(row);
      await outbox.advance(row, reached ?? size);
    }
  }

  /** As a gateway does, which signs what it has written down. */
  function pruneBy(
    retention: AuditSettings['retention'],
    afterRecord: () => Promise<unknown> = () => tree.integrator.publish(),
  ): Promise<PruneRange | undefined> {
    return prune({
      store: new PruneStore(audit.database, rowMac()),
      retention,
      anchors: [PLACE],
      sinks: ['siem'],
      record: async ({ from: prunedFrom, to: prunedTo }) => {
        const facts = { action: 'audit.prune', log: { prunedFrom, prunedTo } } as const;
        await audit.service.record(callContext(), facts, DONE);
        await audit.searches.integrated();
        await afterRecord();
      },
      signedMsMax: 300,
      onDeadLettersLost: (count) => void lost.push(count),
      onHeld: (names) => void (held = names),
      onYoungPruned: () => void (young += 1),
      nowMs: () => NOW_MS,
    });
  }

  const restarted = () => treeOver(audit.database, key.keyFile);

  const entryCount = async () =>
    Number((await place.run('SELECT count(*) AS n FROM audit_entries'))[0]?.['n']);

  it('takes whole bundles of what is too old, and the rest still verifies', async () => {
    await append(600, 40);
    await append(300, 10);
    await handOn();
    expect(await pruneBy({ maxAge: '30d' })).toEqual({ from: 0, to: 512 });
    expect(await entryCount()).toBe(900 - 512 + 1);
    await tree.integrator.publish();
    expect(await verdictOf(tree)).toBeUndefined();
    const { proofs, store } = tree;
    expect(await proofs.inclusion(700, (await store.lastCheckpoint())?.size ?? 0)).toBeDefined();
    expect(await pruneBy({ maxAge: '30d' })).toBeUndefined();
  });

  it('writes down what goes before it goes', async () => {
    await append(600, 40);
    await handOn();
    await pruneBy({ maxAge: '30d' });
    const rows = await place.run(
      "SELECT leaf_index, event FROM audit_entries WHERE action = 'audit.prune'",
    );
    expect(rows).toHaveLength(1);
    expect(Buffer.from(rows[0]?.['event'] as Uint8Array).toString()).toContain(
      '"sallyport.dev/pruned-from":"0","sallyport.dev/pruned-to":"512"',
    );
  });

  it('takes nothing until that is signed, and does not write it down once more', async () => {
    await append(600, 40);
    await handOn();
    const unsigned = pruneBy({ maxAge: '30d' }, () => Promise.resolve());
    await expect(unsigned).rejects.toThrow('not signed yet');
    expect(await entryCount()).toBe(601);
    await tree.integrator.publish();
    expect(await pruneBy({ maxAge: '30d' })).toEqual({ from: 0, to: 512 });
    expect(await entryCount()).toBe(601 - 512);
  });

  it('stays on record however often it is done, also when earlier records go', async () => {
    await append(300, 40);
    const [row] = await place.run('SELECT avg(length(event)) AS n FROM audit_entries');
    const maxBytes = Math.floor(Number(row?.['n']) * 100);
    for (let round = 1; round <= 4; round += 1) {
      await append(300, 40);
      await handOn();
      expect(await pruneBy({ maxBytes })).toBeDefined();
      await tree.integrator.publish();
      expect(await verdictOf(tree)).toBeUndefined();
      expect((await restarted().integrator.publish()).size).toBe(300 + round * 301);
    }
    const [left] = await place.run(
      "SELECT count(*) AS n FROM audit_entries WHERE action = 'audit.prune'",
    );
    expect(Number(left?.['n'])).toBeLessThan(4);
  });

  it('that an altered event explains is found, and nothing is signed any more', async () => {
    await append(600, 40);
    await handOn();
    const log = { prunedFrom: 0, prunedTo: 256 };
    const event = Buffer.from(JSON.stringify(eventOf({ facts: { action: 'audit.prune', log } })));
    const bytes = (some: Uint8Array) => {
      const hex = Buffer.from(some).toString('hex');
      return dialect === 'sqlite' ? `x'${hex}'` : `'\\x${hex}'`;
    };
    for (const sql of [
      `UPDATE audit_entries SET event = ${bytes(event)}, leaf_hash = ${bytes(leafHash(event))},
        action = 'audit.prune' WHERE leaf_index = 300`,
      'UPDATE audit_head SET pruned_below = 256',
      'DELETE FROM audit_entries WHERE leaf_index < 256',
    ]) {
      await tamper(place, dialect, sql);
    }
    await append(1, 1);
    await expect(tree.integrator.publish()).rejects.toThrow(/first 256 entries .* are gone/);
  });

  it('that is not on record is found, and nothing is signed any more', async () => {
    await append(600, 40);
    await handOn();
    const goes = 'leaf_index < 256';
    const head = 'UPDATE audit_head SET pruned_below = 256';
    for (const sql of [head, `DELETE FROM audit_entries WHERE ${goes}`]) {
      await tamper(place, dialect, sql);
    }
    expect(await verdictOf(tree)).toMatchObject({ from: 0, to: 255 });
    await append(1, 1);
    await expect(tree.integrator.publish()).rejects.toThrow(/first 256 entries .* are gone/);
    await expect(tree.integrator.publish()).rejects.toThrow(LogRolledBack);
    const { database } = audit;
    const log = new AnchoredLog({ database, ...tree });
    const guard = new RollbackGuard({ anchors: [], log, onAlarm: () => undefined });
    await guard.look();
    expect(guard.refusal).toMatch(/^the first 256 entries of the audit log are gone, and no event/);
    const record = async (facts: AuditFacts) => {
      await audit.service.record(callContext(), facts, DONE);
      await audit.searches.integrated();
    };
    const unsigned = { prunedTo: guard.goneUnrecorded };
    await record({ action: 'audit.acceptRollback', log: unsigned });
    await guard.look();
    expect(guard.refusal).toMatch(/^the first 256 entries .* has no effect/);
    await expect(tree.integrator.publish()).rejects.toThrow(LogRolledBack);
    const { signer } = key.keyFile.keys();
    await acceptLostEntries(guard.goneUnrecorded, { signer, record });
    await guard.look();
    expect(guard.refusal).toBeUndefined();
    const { size } = await tree.integrator.publish();
    expect((await verdictOf(tree))?.reason).toContain(`(--accept-rollback ${size - 1})`);
    expect(await verdictOf(tree, { agreed: [size - 1] })).toBeUndefined();
  });

  it('takes nothing where that cannot be written down', async () => {
    await append(600, 40);
    await handOn();
    const record = () => Promise.reject(new Error('the disk is full'));
    const parts = {
      store: new PruneStore(audit.database, rowMac()),
      anchors: [],
      sinks: [],
      record,
    };
    await expect(prune({ ...parts, retention: { maxAge: '1d' } })).rejects.toThrow('full');
    expect(await entryCount()).toBe(600);
  });

  it('takes what is too much, from the oldest on', async () => {
    await append(2_000, 1);
    await handOn();
    const [row] = await place.run('SELECT sum(length(event)) AS n FROM audit_entries');
    const half = Math.floor(Number(row?.['n']) / 2);
    expect(await pruneBy({ maxBytes: half })).toEqual({ from: 0, to: 1_024 });
  });

  it('takes nothing that is not signed, anchored and fed to every sink', async () => {
    await append(1_000, 40);
    expect(await pruneBy({ maxAge: '30d' })).toBeUndefined();
    await handOn(300, 1_000);
    expect(await pruneBy({ maxAge: '30d' })).toEqual({ from: 0, to: 256 });
    expect(held).toEqual([PLACE]);
    await handOn(1_000, 700);
    expect(await pruneBy({ maxAge: '30d' })).toEqual({ from: 256, to: 512 });
    expect(held).toEqual(['siem']);
    await handOn();
    expect(await pruneBy({ maxAge: '30d' })).toEqual({ from: 512, to: 768 });
    expect(held).toEqual([]);
  });

  it('names who lacks what is to go, also where nothing may go at all', async () => {
    await append(600, 40);
    await append(600, 1);
    await tree.integrator.publish();
    expect(await pruneBy({ maxAge: '30d' })).toBeUndefined();
    expect(held).toEqual([PLACE, 'siem']);
    await handOn(600, 100);
    expect(await pruneBy({ maxAge: '30d' })).toBeUndefined();
    expect(held).toEqual(['siem']);
  });

  it('tells where young events go for want of room, and only then', async () => {
    await append(600, 40);
    await append(600, 0);
    await handOn();
    expect(await pruneBy({ maxAge: '30d', maxBytes: 1_000_000_000 })).toEqual({ from: 0, to: 512 });
    expect(young).toBe(0);
    expect(await pruneBy({ maxBytes: 1 })).toMatchObject({ from: 512 });
    expect(young).toBe(1);
  });

  it('keeps what a sink would not take, until it is sent after all', async () => {
    await append(1_000, 40);
    await handOn();
    const letters = new DeadLetters(audit.database, 'siem');
    const letter = { leafIndex: 300, event: new Uint8Array() };
    await outbox.bury('siem', [letter], 'answered 400');
    await outbox.bury('a sink of the past', [{ ...letter, leafIndex: 1 }], 'answered 400');
    expect(await pruneBy({ maxAge: '30d' })).toEqual({ from: 0, to: 256 });
    await handOn();
    expect(await pruneBy({ maxAge: '30d' })).toBeUndefined();
    await letters.remove([letter]);
    expect(await pruneBy({ maxAge: '30d' })).toEqual({ from: 256, to: 768 });
  });

  it('lets go of what a sink would not take where there is no room, and says so', async () => {
    await append(2_000, 1);
    await handOn();
    const buried = [3, 1_023, 1_024].map((leafIndex) => ({ leafIndex, event: new Uint8Array() }));
    await outbox.bury('siem', buried, 'answered 400');
    const [row] = await place.run('SELECT sum(length(event)) AS n FROM audit_entries');
    const half = Math.floor(Number(row?.['n']) / 2);
    expect(await pruneBy({ maxBytes: half })).toEqual({ from: 0, to: 1_024 });
    expect(lost).toEqual([2]);
    expect(await outbox.deadLetters('siem')).toBe(1);
  });

  it('never takes the newest entry', async () => {
    await append(512, 40);
    await handOn();
    expect(await pruneBy({ maxAge: '1d' })).toEqual({ from: 0, to: 256 });
  });

  it('leaves no name of an entry that is gone, and all of those that stay', async () => {
    const namesBelow = async (index: number) => {
      await untilSearchable(audit.searches);
      const { length } = await audit.searches.query((db) =>
        db.selectFrom('audit_names').selectAll().where('leaf_index', '<', index).execute(),
      );
      return length;
    };
    await append(512, 40);
    const gone = await namesBelow(512);
    await append(100, 1);
    const all = await namesBelow(612);
    await handOn();
    await pruneBy({ maxAge: '30d' });
    expect(await namesBelow(512)).toBe(0);
    expect(await namesBelow(612)).toBe(all - gone);
  });

  it('that was stopped in the middle goes on the next time', async () => {
    await append(600, 40);
    await handOn();
    const stop = new AbortController();
    stop.abort();
    const parts = {
      store: new PruneStore(audit.database, rowMac()),
      anchors: [PLACE],
      sinks: ['siem'],
    };
    const record = () => Promise.resolve();
    const retention = { maxAge: '30d' };
    const ended = await prune({ ...parts, retention, record, nowMs: () => NOW_MS }, stop.signal);
    expect(ended).toEqual({ from: 0, to: 0 });
    expect(await pruneBy(retention)).toEqual({ from: 0, to: 512 });
  });
});
