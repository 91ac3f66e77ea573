import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RbacConcern } from '../../../../src/access/domain/rbac-changes.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import type { SecretRef } from '../../../../src/secrets/domain/secret.js';
import { CopyTriggers } from '../../../../src/shares/copies/copy-triggers.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import { ImportsByShare } from '../../../../src/shares/imports-by-share.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { countedSteps } from '../../../support/counted-steps.js';
import { aShare, anImport, NAMESPACE_UID } from '../domain/sharing.builder.js';

const { expiryCheckedMs, rbacGatheredMs, rbacSettledMs } = shareLimits;
const target = { secretName: 'web-db' };

let clock: ManualClock;
let shares: ShareRegistry;
let imports: ImportRegistry;
let noted: string[];
let notedShares: string[];
let forgotten: string[];
let secretChanged: (ref: SecretRef) => void;
/** Uids of objects whose authors shared questions cover. */
let covered: readonly string[];
let rechecked: string[][];
let rbacChanged: (concern: RbacConcern) => void;
let triggers: CopyTriggers;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  shares = new ShareRegistry();
  imports = new ImportRegistry();
  noted = [];
  notedShares = [];
  forgotten = [];
  covered = [];
  rechecked = [];
  const importsOf = new ImportsByShare(imports);
  const states = {
    forget: ({ object }: { object: CustomResource }) => forgotten.push(object.uid),
  };
  triggers = new CopyTriggers({
    shares: { knownShares: shares, knownImports: imports, clock, states: states as never },
    importsOf,
    secrets: { onChange: (listener) => (secretChanged = listener) },
    rbac: { onChange: (listener) => (rbacChanged = listener) },
    authors: {
      covers: (uid) => covered.includes(uid),
      recheck: (namespaces) => rechecked.push([...namespaces]),
    },
    queue: { note: ({ uid }) => noted.push(uid) },
    shareQueue: { note: ({ uid }) => notedShares.push(uid) },
  });
  triggers.start();
});
afterEach(() => {
  triggers.stop();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

function putShare(spec = {}, rest: Partial<CustomResource> = {}): CustomResource {
  const { object } = aShare(spec, rest);
  shares.put(object, NAMESPACE_UID);
  return object;
}

function putImport(spec = {}, rest: Partial<CustomResource> = {}): CustomResource {
  const { object } = anImport(spec, rest);
  imports.put(object, NAMESPACE_UID);
  return object;
}

/** Returns the uids that were noted since the last call. */
function taken(): readonly string[] {
  const all = noted.toSorted();
  noted = [];
  return all;
}

async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

describe('an import is noted', () => {
  it('when it appears, when its spec changes and when it is removed', () => {
    const object = putImport();
    expect(taken()).toEqual([object.uid]);
    putImport({ target }, { generation: 2 });
    expect(taken()).toEqual([object.uid]);
    imports.remove(object);
    expect(taken()).toEqual([object.uid]);
    putImport();
    expect(taken()).toEqual([object.uid]);
  });

  it('not by its status, which the gateway itself writes', () => {
    putImport();
    taken();
    putImport({}, { resourceVersion: '2', status: { state: 'Ready' } });
    expect(taken()).toEqual([]);
  });

  it('when another one has its name, of whose predecessor no deletion was seen', () => {
    putImport({}, { uid: 'first' });
    taken();
    putImport({}, { uid: 'second' });
    expect(taken()).toEqual(['first', 'second']);
    imports.listed('shop', new Set(['second']));
    expect(taken()).toEqual([]);
  });

  it('when its share changes, also if the share is removed', () => {
    putImport({}, { uid: 'a' });
    putImport({ from: { namespace: 'pay', share: 'other' } }, { name: 'b', uid: 'b' });
    taken();
    const object = putShare();
    expect(taken()).toEqual(['a']);
    putShare({ revoked: true }, { generation: 2 });
    expect(taken()).toEqual(['a']);
    shares.remove({ ...object, generation: 2 });
    expect(taken()).toEqual(['a']);
  });

  it('when the shared Secret or its own target changes, and no other', () => {
    putShare();
    putImport({}, { uid: 'live' });
    putImport({ from: { namespace: 'x', share: 'y' }, target }, { name: 'b', uid: 'copy' });
    taken();
    secretChanged({ namespace: 'pay', name: 'db' });
    expect(taken()).toEqual(['live']);
    secretChanged({ namespace: 'shop', name: 'web-db' });
    expect(taken()).toEqual(['copy']);
    secretChanged({ namespace: 'pay', name: 'web-db' });
    secretChanged({ namespace: 'shop', name: 'db' });
    expect(taken()).toEqual([]);
  });

  it('when Secrets of a namespace, or of all, may have changed unseen', () => {
    putShare();
    putImport({}, { uid: 'live' });
    putImport({ from: { namespace: 'x', share: 'y' }, target }, { name: 'b', uid: 'copy' });
    taken();
    secretChanged({ namespace: 'pay', name: '' });
    expect(taken()).toEqual(['live']);
    secretChanged({ namespace: 'shop', name: '' });
    expect(taken()).toEqual(['copy']);
    secretChanged({ namespace: '', name: '' });
    expect(taken()).toEqual(['copy', 'live']);
  });
});

describe('with 10,000 imports in a namespace', () => {
  it('a change of a Secret takes no more steps', async () => {
    for (let index = 0; index < 10_000; index += 1) {
      const from = { namespace: 'pay', share: `s${index}` };
      const name = `n${index}`;
      putShare({ secretName: name }, { name: from.share, uid: from.share });
      putImport({ from, target: { secretName: name } }, { name, uid: name });
    }
    taken();
    const steps = await countedSteps(async () => {
      for (let index = 0; index < 1_000; index += 1) {
        secretChanged({ namespace: 'shop', name: `n${index}` });
        secretChanged({ namespace: 'pay', name: `n${index}` });
        secretChanged({ namespace: 'pay', name: 'other' });
      }
    });
    expect(taken()).toHaveLength(2_000);
    expect(steps / 1_000).toBeLessThan(60);
  });

  it('a tick of the clock visits no share before one of them ends', async () => {
    const expiresAt = new Date(clock.nowMs() + 60_000).toISOString();
    for (let index = 0; index < 10_000; index += 1) {
      putShare({ expiresAt }, { name: `s${index}`, uid: `s${index}` });
    }
    notedShares = [];
    const steps = await countedSteps(async () => {
      for (let tick = 0; tick < 100; tick += 1) await passes(expiryCheckedMs);
    });
    expect(steps / 100).toBeLessThan(100);
    await passes(60_000);
    expect(notedShares).toHaveLength(10_000);
  });
});

describe('an end by the clock', () => {
  const at = (ms: number) => ({ expiresAt: new Date(clock.nowMs() + ms).toISOString() });

  it('is noted for each of several shares, once', async () => {
    putShare(at(1_000));
    putShare(at(1_000), { name: 'second', uid: 's2' });
    putShare(at(2_000), { name: 'third', uid: 's3' });
    for (const share of ['db-for-shop', 'second', 'third']) {
      putImport({ from: { namespace: 'pay', share } }, { name: share, uid: share });
    }
    taken();
    await passes(expiryCheckedMs);
    expect(taken()).toEqual([]);
    await passes(1_000 - expiryCheckedMs);
    expect(taken()).toEqual(['db-for-shop', 'second']);
    await passes(1_000);
    expect(taken()).toEqual(['third']);
    await passes(10_000);
    expect(taken()).toEqual([]);
  });

  it('is that of the present spec', async () => {
    const object = putShare(at(1_000));
    putImport();
    putShare(at(5_000), { generation: 2 });
    taken();
    await passes(2_000);
    expect(taken()).toEqual([]);
    shares.remove({ ...object, generation: 2 });
    taken();
    await passes(10_000);
    expect(taken()).toEqual([]);
  });
});

describe('an object whose author may have lost a right', () => {
  it('is noted: an import alone, and a share with its imports', () => {
    const share = putShare();
    const imported = putImport({ target });
    taken();
    notedShares = [];
    triggers.noteDoubted({ ...imported, kind: 'import', isSettled: true });
    expect([taken(), notedShares]).toEqual([[imported.uid], []]);
    triggers.noteDoubted({ ...share, kind: 'share', isSettled: true });
    expect([taken(), notedShares, forgotten]).toEqual([[imported.uid], [share.uid], [share.uid]]);
    triggers.noteDoubted({ ...share, uid: 'former', kind: 'share', isSettled: true });
    expect([taken(), notedShares]).toEqual([[], [share.uid]]);
  });
});

describe('a change of RBAC', () => {
  it('concerns authors of shares and of targets in its namespace, after a moment', async () => {
    putShare();
    putImport({}, { uid: 'live' });
    putImport({ from: { namespace: 'x', share: 'y' }, target }, { name: 'b', uid: 'copy' });
    taken();
    rbacChanged({ namespace: 'shop' });
    rbacChanged({ namespace: 'shop' });
    await passes(rbacGatheredMs - 1);
    expect(taken()).toEqual([]);
    await passes(1);
    expect([taken(), forgotten]).toEqual([['copy'], []]);
    await passes(rbacSettledMs);
    taken();
    rbacChanged({ namespace: 'pay' });
    await passes(rbacGatheredMs);
    expect([taken(), forgotten]).toEqual([['live'], ['uid-of-db-for-shop']]);
    rbacChanged({ namespace: 'pay' });
    rbacChanged('all');
    await passes(rbacSettledMs);
    expect(taken()).toEqual(['copy', 'live']);
  });

  it('is checked again when API servers have settled after it', async () => {
    putShare();
    putImport({ target });
    taken();
    rbacChanged({ namespace: 'pay' });
    await passes(rbacGatheredMs);
    expect([taken(), forgotten]).toEqual([['uid-of-pay-db'], ['uid-of-db-for-shop']]);
    await passes(rbacSettledMs);
    expect([taken(), forgotten.length]).toEqual([['uid-of-pay-db'], 2]);
    await passes(60_000);
    expect([taken(), forgotten.length]).toEqual([[], 2]);
  });

  it('causes no look at what shared questions about authors cover, and asks these', async () => {
    const share = putShare().uid;
    putImport({}, { uid: 'live' });
    putImport({ target }, { name: 'a', uid: 'copy' });
    putImport({ target }, { name: 'b', uid: 'other' });
    taken();
    covered = [share, 'live', 'copy'];
    notedShares = [];
    for (const namespace of ['pay', 'shop']) {
      rbacChanged({ namespace });
      await passes(rbacGatheredMs);
      // The right that the copies have may still be lost.
      expect([taken(), notedShares, rechecked.at(-1)]).toEqual([['other'], [], [namespace]]);
      await passes(rbacSettledMs);
      taken();
    }
    // Live reads decide by the state of the share again.
    expect(forgotten).toContain(share);
    covered = ['live', 'copy'];
    rbacChanged('all');
    await passes(rbacGatheredMs);
    expect([...new Set(taken()), ...notedShares]).toEqual(['copy', 'live', 'other', share]);
    expect(rechecked.at(-1)).toEqual(['']);
  });

  it('notes nothing after the stop', async () => {
    putImport({ target });
    taken();
    rbacChanged('all');
    triggers.stop();
    await passes(rbacGatheredMs * 2);
    expect(taken()).toEqual([]);
  });
});
