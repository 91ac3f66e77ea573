import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/audit/log/domain/checkpoint.js';
import { isConsistent, rootOfInclusion } from '../../../src/audit/log/domain/verify-proof.js';
import { adoptEntries, foreignEntries } from '../../../src/audit/log/adopt-entries.js';
import { LogDamaged, LogRolledBack } from '../../../src/audit/log/log-damaged.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { hex, referenceLeaf, referenceRoot } from '../../unit/audit/log/domain/reference-tree.js';
import { rowMac } from '../../unit/encryption/row-integrity.builder.js';
import { type AuditFixture, auditOver, entry, leafIndexOf } from './audit-fixture.js';
import {
  type TreeFixture,
  append,
  putBack,
  tamper,
  temporaryKey,
  treeOver,
  verdictOf,
} from './log-fixture.js';

/** What PostgreSQL has beside an event. */
const SEARCHED =
  'audit_id, time_ms, "user", credential_id, namespace, secret, source_ip, action, outcome, code, ' +
  'plane, groups, keys, marks';

describe.each(dialects)('the tree of a log in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;
  let key: ReturnType<typeof temporaryKey>;
  let tree: TreeFixture;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    audit = auditOver(await place.open());
    key = temporaryKey();
    tree = treeOver(audit.database, key.keyFile);
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
    key.remove();
  });

  /** What a process that starts now would find. */
  const restarted = () => treeOver(audit.database, key.keyFile);
  const expectRefused = async (reason: RegExp) => {
    const before = await tree.store.lastCheckpoint();
    await expect(restarted().integrator.publish()).rejects.toThrow(LogDamaged);
    await expect(restarted().integrator.publish()).rejects.toThrow(reason);
    expect(await tree.store.lastCheckpoint()).toEqual(before);
  };

  const forged = (mac: string): string =>
    `INSERT INTO audit_entries (leaf_index, stage, call_index, source, leaf_hash, event, mac
        ${dialect === 'postgres' ? `, ${SEARCHED}` : ''})
      SELECT 5, stage, 5, source, leaf_hash, event, ${mac}
        ${dialect === 'postgres' ? `, ${SEARCHED}` : ''} FROM audit_entries WHERE leaf_index = 0`;

  it.each([
    ['without a MAC', 'NULL', /entry 5 of the audit log has no MAC: after an upgrade/],
    ['with the MAC of another', 'mac', /entry 5 of the audit log was not appended by a gateway/],
  ])('is not signed over an entry %s', async (_, mac, reason) => {
    await append(audit, 5);
    await place.run(forged(mac));
    await place.run('UPDATE audit_head SET size = 6');
    await expectRefused(reason);
  });

  it('is signed over entries from before MACs once an operator has said that they are ours', async () => {
    await append(audit, 5);
    await place.run(forged('NULL'));
    await place.run('UPDATE audit_head SET size = 6');
    expect(await foreignEntries(tree.store, rowMac())).toEqual({ first: 5, last: 5, count: 1 });
    await place.run('UPDATE audit_head SET macs_from = 6');
    await expectRefused(/the mark from which on entries of the audit log have MACs was changed/);
    await adoptEntries(tree.store, rowMac(), { last: 5 });
    expect(await foreignEntries(tree.store, rowMac())).toBeUndefined();
    expect((await restarted().integrator.publish()).size).toBe(6);
  });

  it('is signed at every size, and goes on after a restart', async () => {
    for (const count of [0, 1, 254, 1, 1, 400]) {
      await append(audit, count);
      const { note, size, root } = await restarted().integrator.publish();
      const entries = await tree.store.entries(0, size);
      const leaves = entries.map(({ event }) => referenceLeaf(event));
      expect(leaves).toHaveLength(size);
      expect(hex(root)).toBe(hex(referenceRoot(leaves)));
      const opened = openCheckpoint(note, key.keyFile.keys().verifiers);
      expect(opened).toMatchObject({ origin: 'log.example', size });
    }
    expect(await tree.store.tile(0, 1)).toHaveLength(8_192);
    expect(await tree.store.tile(0, 2)).toBeUndefined();
    expect(await verdictOf(tree)).toBeUndefined();
  });

  it('signs nothing twice', async () => {
    await append(audit, 3);
    const first = await tree.integrator.publish();
    expect(await tree.integrator.publish()).toEqual(first);
  });

  it('proves every event, and that it only grew', async () => {
    await append(audit, 300);
    const older = await tree.integrator.publish();
    await append(audit, 220);
    const newer = await tree.integrator.publish();
    for (let index = 0; index < 520; index += 13) {
      const { leafHash, hashes } = await tree.proofs.inclusion(index, newer.size);
      const root = rootOfInclusion({ leafHash, index, size: newer.size, hashes });
      expect(hex(root ?? leafHash)).toBe(hex(newer.root));
    }
    const hashes = await tree.proofs.consistency(older.size, newer.size);
    const roots = { fromRoot: older.root, toRoot: newer.root };
    expect(isConsistent({ from: older.size, to: newer.size, ...roots, hashes })).toBe(true);
    expect(hex(await tree.proofs.root(older.size))).toBe(hex(older.root));
  });

  it('is one tree, however many processes sign it', async () => {
    const trees = [tree, restarted(), restarted()];
    let isDone = false;
    const signing = trees.map(async ({ integrator }) => {
      while (!isDone) {
        await integrator.publish();
        await nextTurn();
      }
    });
    for (let round = 0; round < 20; round += 1) await append(audit, 37);
    isDone = true;
    await Promise.all(signing);
    const { size } = await tree.integrator.publish();
    expect(size).toBe(740);
    expect(await verdictOf(restarted())).toBeUndefined();
  });

  it.each([
    [
      'an event was changed',
      'UPDATE audit_entries SET event = leaf_hash WHERE leaf_index = 305',
      /entry 305 .* changed/,
    ],
    [
      'a hash was changed',
      'UPDATE audit_entries SET leaf_hash = (SELECT root FROM audit_checkpoints LIMIT 1) WHERE leaf_index = 305',
      /entry 305 .* changed/,
    ],
    [
      'an event is gone',
      'DELETE FROM audit_entries WHERE leaf_index = 305',
      /entry 305 .* missing/,
    ],
    [
      'the newest is gone',
      'DELETE FROM audit_entries WHERE leaf_index = 309',
      /entry 309 .* missing/,
    ],
    [
      'what was signed is gone',
      'DELETE FROM audit_entries WHERE leaf_index = 299',
      /entry 299 .* missing/,
    ],
    [
      'a signed hash was changed',
      'UPDATE audit_entries SET leaf_hash = (SELECT root FROM audit_checkpoints LIMIT 1) WHERE leaf_index = 299',
      /not the one that was signed/,
    ],
    ['the log was cut', 'UPDATE audit_head SET size = 250', /has 250 entries, but 300 were signed/],
    ['a tile is gone', 'DELETE FROM audit_tiles', /tile 0\/0 is missing/],
    [
      'the checkpoint says otherwise',
      'UPDATE audit_checkpoints SET root = (SELECT leaf_hash FROM audit_entries WHERE leaf_index = 1)',
      /not signed with a key/,
    ],
    [
      'the checkpoint was forged',
      "UPDATE audit_checkpoints SET note = replace(note, 'log.example', 'log.another')",
      /not signed with a key/,
    ],
  ])('is not signed any further where %s', async (_what, sql, reason) => {
    await append(audit, 300);
    await tree.integrator.publish();
    await append(audit, 10);
    await tamper(place, dialect, sql);
    await expectRefused(reason);
  });

  describe('that was put back under a process that has signed more', () => {
    beforeEach(async () => {
      await append(audit, 300);
      await tree.integrator.publish();
      await append(audit, 50);
      await tree.integrator.publish();
      await putBack(place, dialect, 300);
    });

    /** Grows with other entries, past what was written before. */
    const growOtherwise = async () => {
      audit.writer.forget();
      await append(audit, 7);
    };

    it('is not signed at sizes that were signed already', async () => {
      for (const step of [() => Promise.resolve(), growOtherwise]) {
        await step();
        const signing = tree.integrator.publish();
        await expect(signing).rejects.toThrow(LogRolledBack);
        await expect(tree.integrator.publish()).rejects.toThrow(
          '350 entries were signed, but only 300 signed ones are there',
        );
        expect((await tree.store.lastCheckpoint())?.size).toBe(300);
      }
    });

    it('is not signed either where somebody else has signed it since', async () => {
      await growOtherwise();
      await append(audit, 100);
      const forked = await restarted().integrator.publish();
      expect(forked.size).toBe(407);
      await append(audit, 1);
      await expect(tree.integrator.publish()).rejects.toThrow(/first 350 entries are not those/);
      await expect(tree.integrator.publish()).rejects.toThrow(LogRolledBack);
      expect((await tree.store.lastCheckpoint())?.size).toBe(407);
    });

    it('is signed again once an operator has accepted that', async () => {
      await expect(tree.integrator.publish()).rejects.toThrow(LogRolledBack);
      tree.integrator.forget();
      await growOtherwise();
      expect((await tree.integrator.publish()).size).toBe(307);
      expect(await verdictOf(tree)).toBeUndefined();
    });

    it('takes nothing more from the thread that wrote more', async () => {
      const refusal = () => audit.writer.append(entry()).catch((error: Error) => error.message);
      // In PostgreSQL, the chain of this thread is gone with the entries.
      const left = dialect === 'sqlite' ? 300 : 0;
      const sentence = `rolled back: 350 entries were written, but only ${left} are there`;
      await expect.poll(refusal).toContain(sentence);
      await expect(audit.writer.check()).rejects.toThrow('rolled back');
      expect(audit.writer.loss).toContain('rolled back');
      expect((await tree.store.head()).size).toBe(300);
      audit.writer.forget();
      expect(audit.writer.loss).toBeUndefined();
      const next = await leafIndexOf(audit, await audit.writer.append(entry()));
      if (dialect === 'sqlite') expect(next).toBe(300);
      else expect(next).toBeGreaterThanOrEqual(300);
    });
  });

  it('is signed on by a process that knows an earlier tree than another has signed', async () => {
    await append(audit, 3);
    await tree.integrator.publish();
    for (const count of [254, 600, 1]) {
      await append(audit, count);
      await restarted().integrator.publish();
    }
    expect((await tree.integrator.publish()).size).toBe(858);
  });

  it('is not signed where the memory has gone bad, and is again where it has not', async () => {
    await append(audit, 300);
    await tree.integrator.publish();
    await append(audit, 10);
    const good = tree.tiles.edge.bind(tree.tiles);
    let isBad = true;
    tree.tiles.edge = async (size) => {
      const edges = await good(size);
      const [first] = edges;
      if (isBad && first !== undefined) first[70] = (first[70] ?? 0) ^ 4;
      return edges;
    };
    await expect(tree.integrator.publish()).rejects.toThrow(/not the one that was signed/);
    isBad = false;
    expect((await tree.integrator.publish()).size).toBe(310);
  });

  it('is not signed with a key of another log', async () => {
    await append(audit, 3);
    await tree.integrator.publish();
    const other = temporaryKey();
    const { integrator } = treeOver(audit.database, other.keyFile);
    await expect(integrator.publish()).rejects.toThrow(/not signed with a key/);
    other.remove();
  });
});
