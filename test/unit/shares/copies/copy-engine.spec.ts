import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import type { ShareDependencies } from '../../../../src/shares/shares.dependencies.js';
import { CopyEngine } from '../../../../src/shares/copies/copy-engine.js';
import { BackgroundLease } from '../../../../src/platform/storage/background-lease.js';
import { ObjectQueue } from '../../../../src/platform/lifecycle/object-queue.js';
import { CopyRecords } from '../../../../src/shares/copies/copy-records.js';
import { CopyTriggers } from '../../../../src/shares/copies/copy-triggers.js';
import { importKind } from '../../../../src/shares/domain/import-spec.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { countedSteps } from '../../../support/counted-steps.js';
import { anImport, NAMESPACE_UID } from '../domain/sharing.builder.js';
import { Rows } from '../object-rows.builder.js';
import { aRecord } from './domain/copy.builder.js';

const { leaseRenewedMs, leaseFencedMs, lookRetryMsMin } = backgroundLimits;
const { copyStartPolledMs } = shareLimits;

const shareFeed = {};

let clock: ManualClock;
let rows: Rows;
let imports: ImportRegistry;
let isMine: boolean;
let looked: string[];
/** Runs during each look. */
let during: (uid: string) => Promise<void>;
let faults: unknown[];
let released: number;
let statusSteps: string[];
let areRechecksOpen: boolean;
let areAuthorsChecked: boolean;
let areSharesKnown: boolean;
let records: CopyRecords;
let engine: CopyEngine;
let lease: BackgroundLease;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  rows = new Rows();
  imports = new ImportRegistry();
  isMine = true;
  looked = [];
  during = async () => undefined;
  faults = [];
  released = 0;
  statusSteps = [];
  areRechecksOpen = false;
  areAuthorsChecked = false;
  areSharesKnown = true;
  const onFault = (error: unknown): void => void faults.push(error);
  records = new CopyRecords(rows, onFault);
  const work = async ({ uid }: { readonly uid: string }) => {
    looked.push(uid);
    await during(uid);
    return 'done' as const;
  };
  const queue = new ObjectQueue({ work, onFault });
  const shareQueue = new ObjectQueue({ work: async () => 'done', onFault });
  const knownShares = new ShareRegistry();
  const triggers = new CopyTriggers({
    shares: {
      knownShares,
      knownImports: imports,
      clock,
      states: { forget: () => undefined } as never,
    },
    importsOf: { of: () => [] },
    secrets: { onChange: () => undefined },
    rbac: { onChange: () => undefined },
    authors: { covers: () => false, recheck: () => undefined },
    queue,
    shareQueue,
  });
  lease = new BackgroundLease({
    name: 'share-copies',
    leases: { claim: async () => isMine, release: async () => void (released += 1) },
    holder: 'one',
    clock,
    onGained: () => engine.gained(),
    onLost: () => engine.lost(),
    onFault,
  });
  engine = new CopyEngine({
    // A start uses only these.
    shares: {
      ...{ knownImports: imports, knownShares, records: rows, clock },
      namespaces: { known: () => ({ uid: NAMESPACE_UID }) },
      served: { isServed: () => true },
      shareFeed,
      isKnown: (feed: unknown) => feed !== shareFeed || areSharesKnown,
      importNow: (ref: { namespace: string; name: string }) => imports.get(ref),
    } as unknown as ShareDependencies,
    gate: { refusal: undefined },
    records,
    queue,
    shareQueue,
    rechecks: {
      open: () => (areRechecksOpen = true),
      close: async () => void (areRechecksOpen = false),
    },
    authors: {
      open: () => void (areAuthorsChecked = true),
      close: async () => void (areAuthorsChecked = false),
    },
    triggers,
    statuses: {
      open: () => void statusSteps.push('open'),
      end: async () => void statusSteps.push(`end while ${lease.isHeld ? '' : 'not '}held`),
      close: async () => void statusSteps.push('close'),
    },
    onFault,
  });
});
afterEach(async () => {
  during = async () => undefined;
  const stopping = engine.stop();
  await passes(lookRetryMsMin);
  await stopping;
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

const putRecord = (uid: string) => rows.put({ uid, resource: importKind.resource }, aRecord());
const putImport = (uid: string) =>
  imports.put(anImport({}, { name: uid, uid }).object, NAMESPACE_UID);
const renewed = () => passes(leaseRenewedMs);

/** Returns the uids that were looked at since the last call. */
function taken(): readonly string[] {
  const all = looked;
  looked = [];
  return all;
}

describe('a replica that gains the lease', () => {
  it('looks at what ended meanwhile first, then at all imports, and then at changes', async () => {
    putRecord('ended');
    putImport('one');
    engine.start(lease);
    await passes(0);
    expect(taken()).toEqual(['ended']);
    await passes(copyStartPolledMs);
    expect(taken()).toEqual(['one']);
    putImport('two');
    await passes(0);
    expect(taken()).toEqual(['two']);
  });

  it('does nothing before', async () => {
    isMine = false;
    putRecord('ended');
    engine.start(lease);
    putImport('one');
    await renewed();
    expect(taken()).toEqual([]);
    isMine = true;
    await renewed();
    await passes(copyStartPolledMs);
    expect(taken()).toEqual(['ended', 'one']);
  });

  it('reads the records again until the database answers', async () => {
    rows.isDown = true;
    putRecord('ended');
    engine.start(lease);
    await passes(lookRetryMsMin * 2);
    expect([taken(), faults.length]).toEqual([[], 3]);
    rows.isDown = false;
    await passes(lookRetryMsMin);
    expect(taken()).toEqual(['ended']);
  });
});

it('a replica that waits for objects visits no copy in the meantime', async () => {
  for (let index = 0; index < 2_000; index += 1) {
    const uid = `u${index}`;
    rows.put({ uid, resource: importKind.resource }, aRecord({ name: uid }));
    putImport(uid);
  }
  areSharesKnown = false;
  engine.start(lease);
  await passes(copyStartPolledMs);
  expect(taken()).toEqual([]);
  const polls = 10;
  const steps = await countedSteps(async () => {
    for (let poll = 0; poll < polls; poll += 1) await passes(copyStartPolledMs);
  });
  expect(steps / polls).toBeLessThan(100);
  areSharesKnown = true;
  await passes(copyStartPolledMs);
  expect(taken().length).toBeGreaterThan(0);
});

describe('a replica that loses the lease', () => {
  it('begins nothing more, and looks at all again after it gains the lease', async () => {
    putImport('one');
    engine.start(lease);
    await passes(0);
    isMine = false;
    await renewed();
    taken();
    putImport('two');
    await renewed();
    expect(taken()).toEqual([]);
    // Another replica works meanwhile.
    putRecord('of-another');
    isMine = true;
    await renewed();
    await passes(copyStartPolledMs);
    expect(taken()).toEqual(['of-another', 'one', 'two']);
  });

  it('begins nothing if that happens while it reads the records', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    rows.beforeList = () => promise;
    putRecord('ended');
    engine.start(lease);
    await passes(0);
    isMine = false;
    await renewed();
    resolve();
    await passes(0);
    putImport('one');
    await passes(0);
    expect(taken()).toEqual([]);
  });

  it('and gains it again while it reads the records reads them once more', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    rows.beforeList = () => promise;
    putRecord('before');
    engine.start(lease);
    await passes(0);
    isMine = false;
    await renewed();
    isMine = true;
    await renewed();
    let lists = 0;
    rows.beforeList = () => void (lists += 1);
    resolve();
    await passes(copyStartPolledMs);
    // Records of copies, and of shares.
    expect([lists, taken()]).toEqual([2, ['before']]);
  });

  it('reads the records again only after its looks have ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    during = () => promise;
    putImport('one');
    engine.start(lease);
    await passes(0);
    isMine = false;
    await renewed();
    isMine = true;
    let isRead = false;
    rows.beforeList = () => void (isRead = true);
    await renewed();
    expect([isRead, taken()]).toEqual([false, ['one']]);
    resolve();
    await passes(0);
    expect([isRead, taken()]).toEqual([true, ['one']]);
  });

  it('without noticing reads the records again when it is back', async () => {
    engine.start(lease);
    await passes(0);
    clock.advance(leaseFencedMs);
    putRecord('of-another');
    await renewed();
    expect(taken()).toEqual(['of-another']);
  });
});

it('copies and authors are checked while the lease is held', async () => {
  engine.start(lease);
  await passes(0);
  expect([areRechecksOpen, areAuthorsChecked]).toEqual([true, true]);
  isMine = false;
  await renewed();
  expect([areRechecksOpen, areAuthorsChecked]).toEqual([false, false]);
  isMine = true;
  await renewed();
  expect([areRechecksOpen, areAuthorsChecked]).toEqual([true, true]);
});

it('authors are checked from the first look on', async () => {
  let wereChecked = false;
  during = async () => void (wereChecked = areAuthorsChecked);
  putRecord('ended');
  engine.start(lease);
  await passes(0);
  expect([taken(), wereChecked]).toEqual([['ended'], true]);
});

describe('statuses that wait', () => {
  it('are dropped when the lease is lost, and forgotten when it is gained', async () => {
    engine.start(lease);
    await passes(0);
    expect(statusSteps).toEqual(['close', 'open']);
    isMine = false;
    await renewed();
    expect(statusSteps.splice(0)).toEqual(['close', 'open', 'close']);
    isMine = true;
    await renewed();
    expect(statusSteps).toEqual(['close', 'open']);
  });

  it('are written at the stop, after all looks and before the lease is free', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    during = () => promise;
    putImport('one');
    engine.start(lease);
    await passes(0);
    statusSteps = [];
    const stopping = engine.stop();
    await passes(0);
    expect(statusSteps).toEqual([]);
    resolve();
    await stopping;
    expect([statusSteps, released]).toEqual([['end while held'], 1]);
  });
});

describe('the stop', () => {
  it('frees the lease after all looks have ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    during = () => promise;
    putImport('one');
    engine.start(lease);
    await passes(0);
    const stopping = engine.stop();
    putImport('two');
    await passes(leaseRenewedMs);
    expect(released).toBe(0);
    resolve();
    await stopping;
    expect([released, taken()]).toEqual([1, ['one']]);
  });

  it('begins nothing that was being read', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    rows.beforeList = () => promise;
    putRecord('ended');
    engine.start(lease);
    await passes(0);
    const stopping = engine.stop();
    resolve();
    await stopping;
    expect([taken(), released]).toEqual([[], 1]);
  });
});
