import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointStore } from '../../../src/audit/log/checkpoint-store.js';
import { CheckpointThinner } from '../../../src/audit/log/checkpoint-thinner.js';
import { signCheckpoint } from '../../../src/audit/log/domain/checkpoint.js';
import { isConsistent } from '../../../src/audit/log/domain/verify-proof.js';
import { LogPublisher } from '../../../src/audit/log/log-publisher.js';
import { Outbox } from '../../../src/audit/sinks/outbox.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { type AuditFixture, auditOver, entry } from './audit-fixture.js';
import { type TreeFixture, append, temporaryKey, treeOver, verdictOf } from './log-fixture.js';
import { rowKeyOf } from '../../unit/encryption/row-integrity.builder.js';

const HOUR_MS = 3_600_000;
/** The whole hour that ended before the last one did. */
const OLD_MS = (Math.floor(Date.now() / HOUR_MS) - 3) * HOUR_MS;

describe.each(dialects)('checkpoints in %s', (dialect) => {
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

  const sizes = async () =>
    (await tree.store.checkpoints(-1, Number.MAX_SAFE_INTEGER, 1_000)).map(({ size }) => size);

  const publisher = () => {
    const { integrator } = treeOver(audit.database, key.keyFile);
    const silent = { onProblem: () => undefined, onPublished: () => undefined };
    const made = new LogPublisher({ integrator, ...silent });
    made.start();
    return made;
  };

  it('are signed once a second at most, by all processes together, and never for nothing', async () => {
    await append(audit, 1);
    const startedMs = performance.now();
    const publishers = [publisher(), publisher(), publisher()];
    const seconds = () => (performance.now() - startedMs) / 1_000;
    while (seconds() < 2.5) {
      await append(audit, 64);
      for (const one of publishers) one.nudge();
    }
    const most = Math.ceil(seconds()) + 1;
    const { size } = await tree.store.head();
    await expect.poll(async () => (await sizes()).at(-1)).toBe(size);
    const signed = await sizes();
    expect(signed.length).toBeLessThanOrEqual(most);
    expect(signed.length).toBeGreaterThan(1);
    expect((await tree.integrator.publishDue()).isSigned).toBe(false);
    await Promise.all(publishers.map((one) => one.stop()));
    expect(await sizes()).toEqual(signed);
    expect(await verdictOf(tree)).toBeUndefined();
  });

  it('cover a new event within about a second, whichever process has signed the last one', async () => {
    const publishers = [publisher(), publisher()];
    for (let round = 0; round < 3; round += 1) {
      await append(audit, 1);
      publishers[round % 2]?.nudge();
      const { size } = await tree.store.head();
      await expect.poll(async () => (await sizes()).at(-1), { timeout: 1_900 }).toBe(size);
    }
    await Promise.all(publishers.map((one) => one.stop()));
  });

  it('take in all of a long log, also where it grows meanwhile', async () => {
    await append(audit, 200);
    let isDone = false;
    const growing = (async () => {
      while (!isDone) await append(audit, 64);
    })();
    const { size } = await tree.integrator.publish();
    expect(size).toBeGreaterThanOrEqual(200);
    isDone = true;
    await growing;
  });

  /** Signs the log at a size as if it had been then. */
  const signedAt = async (size: number, signed_ms: number) => {
    const root = await tree.proofs.root(size);
    const note = signCheckpoint({ size, root }, key.keyFile.keys().signer);
    await audit.database.query((db) =>
      db.insertInto('audit_checkpoints').values({ size, root, note, signed_ms }).execute(),
    );
  };

  const thinner = () =>
    new CheckpointThinner({
      store: new CheckpointStore(audit.database),
      outbox: new Outbox({
        database: audit.database,
        owner: 'this',
        rowKey: rowKeyOf(),
      }),
      onAlarm: (message) => expect.unreachable(message),
    });

  it('that are old go, but for one an hour, those anchored and those beside a loss', async () => {
    const anchor = { action: 'audit.anchor', log: { place: 'file', treeSize: 50 } } as const;
    const prune = { action: 'audit.prune', log: { prunedFrom: 0, prunedTo: 0 } } as const;
    await append(audit, 84);
    await audit.writer.append(entry({ facts: anchor }));
    await audit.writer.append(entry({ facts: prune }));
    await append(audit, 214);
    const newest = await tree.integrator.publish();
    for (let size = 10; size < 200; size += 10) await signedAt(size, OLD_MS + size * 1_000);
    await signedAt(200, OLD_MS + HOUR_MS);
    await signedAt(210, Date.now() - 1_000);
    await thinner().thin();
    const left = [10, 50, 80, 90, 190, 200, 210, 300];
    expect(await sizes()).toEqual(left);
    await thinner().thin();
    expect(await sizes()).toEqual(left);
    expect(await verdictOf(tree)).toBeUndefined();
    for (const size of [20, 70, 130]) {
      const sized = { from: size, to: newest.size };
      const hashes = await tree.proofs.consistency(size, newest.size);
      const roots = { fromRoot: await tree.proofs.root(size), toRoot: newest.root };
      expect(isConsistent({ ...sized, ...roots, hashes })).toBe(true);
    }
    const restarted = treeOver(audit.database, key.keyFile);
    await append(audit, 1);
    expect((await restarted.integrator.publish()).size).toBe(301);
  });

  it('cannot be deleted otherwise, or changed', async () => {
    await append(audit, 100);
    await tree.integrator.publish();
    await signedAt(40, OLD_MS);
    await signedAt(50, OLD_MS + HOUR_MS);
    await signedAt(90, Date.now() - 1_000);
    for (const size of [40, 50, 90, 100]) {
      const deleting = place.run(`DELETE FROM audit_checkpoints WHERE size = ${size}`);
      await expect(deleting).rejects.toThrow('only thinned');
    }
    await expect(place.run('UPDATE audit_checkpoints SET signed_ms = 0')).rejects.toThrow(
      'never changed',
    );
    expect(await sizes()).toEqual([40, 50, 90, 100]);
  });
});
