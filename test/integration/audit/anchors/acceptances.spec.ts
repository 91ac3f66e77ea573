import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptRollbacks, acceptanceFacts } from '../../../../src/audit/anchors/accept-rollback.js';
import { AnchoredLog } from '../../../../src/audit/anchors/anchored-log.js';
import { FileAnchor } from '../../../../src/audit/anchors/file-anchor.js';
import { RollbackGuard } from '../../../../src/audit/anchors/rollback-guard.js';
import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import { branchIn, signCheckpoint } from '../../../../src/audit/log/domain/checkpoint.js';
import type { StoredCheckpoint } from '../../../../src/audit/log/log-store.js';
import {
  type TestDatabase,
  type TestStorage,
  dialects,
  startStorage,
} from '../../../postgres/test-storage.js';
import { callContext } from '../../../unit/audit/audit-builders.js';
import { type AuditFixture, auditOver } from '../audit-fixture.js';
import {
  type TreeFixture,
  append,
  putBack,
  tamper,
  temporaryKey,
  treeOver,
  verdictOf,
} from '../log-fixture.js';

const DONE = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;

/** Guarantee: what was accepted is signed, and gives up nothing that came after it. */
describe.each(dialects)('an accepted rollback of a log in %s', (dialect) => {
  const key = temporaryKey();
  let dir: string;
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;
  let tree: TreeFixture;
  /** What places had more than was accepted, as putting there found it. */
  let moreLost: number[];

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(async () => {
    await storage.stop();
    key.remove();
  });
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-acceptances-'));
    moreLost = [];
    place = await storage.create();
    audit = auditOver(await place.open());
    tree = treeOver(audit.database, key.keyFile);
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const log = () => new AnchoredLog({ database: audit.database, ...tree });
  const anchorAt = (name = 'checkpoints') => new FileAnchor(join(dir, name));
  const write = (facts: AuditFacts) => audit.service.record(callContext(), facts, DONE);
  const record = async (facts: AuditFacts): Promise<void> => {
    await write(facts);
    await audit.searches.integrated();
  };

  /** As a process that starts now. */
  async function restart(): Promise<void> {
    await audit.close();
    audit = auditOver(await place.open());
    tree = treeOver(audit.database, key.keyFile);
    await append(audit, 0);
  }

  async function grow(count: number): Promise<StoredCheckpoint> {
    await append(audit, count);
    return tree.integrator.publish();
  }

  async function put(anchor: FileAnchor, checkpoint: StoredCheckpoint): Promise<void> {
    const { accepted } = await log().acceptances();
    const signal = AbortSignal.timeout(10_000);
    const beginsWith = (known: StoredCheckpoint) => log().beginsWith(known, checkpoint);
    const call = { signal, accepted, verifiers: tree.verifiers() };
    const onMoreLost = ({ size }: { readonly size: number }) => void moreLost.push(size);
    await anchor.put(checkpoint, { ...call, beginsWith: beginsWith as never, onMoreLost });
  }

  async function guarded(...anchors: readonly FileAnchor[]): Promise<RollbackGuard> {
    const guard = new RollbackGuard({ anchors, log: log(), onAlarm: () => undefined });
    await guard.look();
    return guard;
  }

  async function backTo(size: number): Promise<void> {
    await putBack(place, dialect, size);
    await restart();
  }

  async function accept(...anchors: readonly FileAnchor[]): Promise<void> {
    const { found } = await guarded(...anchors);
    const current = await log().newest();
    if (current === undefined) throw new Error('nothing was signed');
    await acceptRollbacks(found, { signer: key.keyFile.keys().signer, current, record });
  }

  /** A log of 20 entries whose anchor has 60, which was accepted. */
  async function accepted(): Promise<{ anchor: FileAnchor; lost: StoredCheckpoint }> {
    const anchor = anchorAt();
    await put(anchor, await grow(20));
    const lost = await grow(40);
    await put(anchor, lost);
    await backTo(20);
    expect((await guarded(anchor)).refusal).toMatch(/rolled back: 60 entries/);
    await accept(anchor);
    expect((await guarded(anchor)).refusal).toBeUndefined();
    return { anchor, lost };
  }

  it('begins another branch, which checkpoints name from then on', async () => {
    await accepted();
    const before = await tree.store.lastCheckpoint();
    const branches = [];
    for (const count of [0, 5, 5]) branches.push(branchIn((await grow(count)).note));
    expect(branchIn(before?.note ?? '')).toBeUndefined();
    expect(branches[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(branches).size).toBe(1);
    await restart();
    expect(branchIn((await grow(5)).note)).toBe(branches[0]);
    expect(await verdictOf(tree)).toBeUndefined();
  });

  it('is of that branch also where the database says that the event is another one', async () => {
    await accepted();
    await tamper(place, dialect, `UPDATE audit_entries SET action = 'audit.anchor'`);
    await restart();
    expect(branchIn((await grow(5)).note)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stands after a crash before the anchor has the next checkpoint', async () => {
    const { anchor, lost } = await accepted();
    await restart();
    expect((await guarded(anchor)).refusal).toBeUndefined();
    await put(anchor, await grow(1));
    expect((await guarded(anchor)).refusal).toBeUndefined();
    expect(await verdictOf(tree, { kept: [lost] })).toBeDefined();
    expect(await verdictOf(tree, { kept: [lost], agreed: [20] })).toBeUndefined();
  });

  it('gives up no checkpoint that came after it, however small', async () => {
    const { anchor, lost } = await accepted();
    const later = await grow(9);
    expect(later.size).toBeLessThan(lost.size);
    await put(anchor, later);
    await backTo(21);
    expect((await log().acceptances()).accepted).toHaveLength(1);
    expect((await guarded(anchor)).refusal).toMatch(new RegExp(`rolled back: ${later.size} entr`));
    await accept(anchor);
    await put(anchor, await grow(2));
    expect((await guarded(anchor)).refusal).toBeUndefined();
    expect(readFileSync(join(dir, 'checkpoints'), 'utf8').match(/\n\n— /g)).toHaveLength(4);
  });

  it('covers what its branch had more: that is told with its size, and refuses nothing', async () => {
    const anchor = anchorAt();
    await put(anchor, await grow(20));
    await put(anchor, await grow(40));
    const kept = [await grow(10), await grow(20)];
    await backTo(20);
    await accept(anchor);
    await put(anchor, await grow(9));
    for (const { size, note } of kept) {
      appendFileSync(join(dir, 'checkpoints'), `${note}\n`);
      const guard = await guarded(anchor);
      expect(guard.refusal).toBeUndefined();
      expect(guard.moreLost.warning).toMatch(new RegExp(`lost than was accepted: ${size} entries`));
      await put(anchor, await grow(1));
    }
    expect(new Set(moreLost)).toEqual(new Set([70, 90]));
    const later = await grow(1);
    await put(anchor, later);
    await backTo(21);
    expect((await guarded(anchor)).refusal).toMatch(new RegExp(`rolled back: ${later.size} entr`));
    await accept(anchor);
    expect((await guarded(anchor)).refusal).toBeUndefined();
  });

  it('leaves out the branch that goes on: another tree of it that the key signed refuses', async () => {
    const { anchor } = await accepted();
    const { size, note } = await grow(9);
    const branch = branchIn(note) ?? '';
    const root = Buffer.alloc(32, 1);
    const forked = signCheckpoint({ size, root, branch }, key.keyFile.keys().signer);
    appendFileSync(join(dir, 'checkpoints'), `${forked}\n`);
    expect((await guarded(anchor)).refusal).toMatch(/^the audit log was replaced/);
  });

  it('is none of a log that does not begin with what there was then', async () => {
    const anchor = anchorAt();
    await put(anchor, await grow(10));
    await put(anchor, await grow(10));
    const lost = await grow(40);
    await put(anchor, lost);
    await backTo(20);
    await accept(anchor);
    const [event] = await log()
      .acceptances()
      .then(({ accepted: list }) => list);
    await backTo(10);
    await append(audit, 15);
    await tree.integrator.publish();
    expect(event?.current.size).toBe(20);
    const facts = acceptanceFacts(lost, anchor.place, {
      signer: key.keyFile.keys().signer,
      current: event?.current ?? lost,
    });
    await record(facts);
    expect(await log().acceptances()).toEqual({ accepted: [], foreign: [25] });
    expect((await guarded(anchor)).refusal).toMatch(/event 25 .* has no effect/);
  });

  it('that no key has signed gives nothing up, begins no branch, and is found', async () => {
    const anchor = anchorAt();
    await put(anchor, await grow(20));
    const lost = await grow(40);
    await put(anchor, lost);
    await backTo(20);
    const { log: signed = {} } = acceptanceFacts(lost, anchor.place, {
      signer: key.keyFile.keys().signer,
      current: (await log().newest()) ?? lost,
    });
    const { acceptanceNote, ...unsigned } = signed;
    expect(acceptanceNote).toBeDefined();
    await record({ action: 'audit.acceptRollback', log: unsigned });
    expect(await log().acceptances()).toEqual({ accepted: [], foreign: [20] });
    expect((await guarded(anchor)).refusal).toMatch(/rolled back: 60 .* event 20 .* has no effect/);
    expect(branchIn((await grow(1)).note)).toBeUndefined();
    expect(tree.foreign).toEqual([20]);
  });

  it('is needed for each anchor: one that fits outweighs none that does not', async () => {
    const [one, other] = [anchorAt('one'), anchorAt('other')];
    await put(one, await grow(20));
    await put(other, await grow(40));
    await backTo(20);
    for (const anchors of [
      [one, other],
      [other, one],
    ]) {
      expect((await guarded(...anchors)).refusal).toMatch(/rolled back: 60 entries/);
    }
    expect((await guarded(one)).refusal).toBeUndefined();
  });

  it('that is written a thousand times without effect is looked at in bounded time', async () => {
    await append(audit, 0);
    const facts = { action: 'audit.acceptRollback', log: { formerTreeSize: 5 } } as const;
    await Promise.all(Array.from({ length: 1_200 }, () => write(facts)));
    await audit.searches.integrated();
    const { foreign } = await log().acceptances();
    expect(foreign).toHaveLength(1_000);
  });
});
