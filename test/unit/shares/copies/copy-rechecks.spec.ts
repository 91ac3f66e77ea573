import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import { CopyRechecks } from '../../../../src/shares/copies/copy-rechecks.js';
import type { CopyRecord } from '../../../../src/shares/copies/domain/copy-record.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import { anImport, aShare, NAMESPACE_UID } from '../domain/sharing.builder.js';
import { target } from './copy-world.js';
import { aRecord } from './domain/copy.builder.js';

const { recheckedMs, recheckedAtOnceMax, sharesRecheckedAtOnceMax } = shareLimits;
const { copiesRecheckedExactlyMax, sharesRecheckedExactlyMax } = shareLimits;

let imports: ImportRegistry;
let shares: ShareRegistry;
let all: Map<string, CopyRecord>;
/** Uids of copies whose look is due. */
let due: (uid: string) => boolean;
let checked: string[];
let exact: string[];
let learnt: string[];
let isShareDue: (uid: string) => boolean;
let looked: string[];
let lookedShares: string[];
let faults: unknown[];
let rechecks: CopyRechecks;

beforeEach(() => {
  vi.useFakeTimers();
  imports = new ImportRegistry();
  shares = new ShareRegistry();
  all = new Map();
  due = () => false;
  isShareDue = () => true;
  [checked, exact, learnt, looked, lookedShares, faults] = [[], [], [], [], [], []];
  rechecks = new CopyRechecks({
    shares: { knownImports: imports, knownShares: shares },
    records: { all, get: (uid) => all.get(uid) },
    recheck: {
      isLookDue: async ({ uid }, isExact) => {
        (isExact ? exact : checked).push(uid);
        return !isExact && due(uid);
      },
      isShareLookDue: async ({ uid }) => isShareDue(uid),
    },
    authors: { learnImport: async ({ uid }) => void learnt.push(uid) },
    queue: { note: ({ uid }) => void looked.push(uid) },
    shareQueue: { note: ({ uid }) => void lookedShares.push(uid) },
    onFault: (error) => faults.push(error),
  });
});
afterEach(async () => {
  await rechecks.close();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

function putImport(uid: string, namespace = 'shop', spec: object = { target }) {
  const { object } = anImport({ ...spec }, { uid, name: uid });
  imports.put({ ...object, namespace }, NAMESPACE_UID);
  return { ...object, namespace };
}

function putShare(uid: string, namespace = 'pay') {
  const { object } = aShare({}, { uid, name: uid });
  shares.put({ ...object, namespace }, NAMESPACE_UID);
}

/** Returns the uids of the copies that were checked in the next part of the round. */
async function nextPart(): Promise<readonly string[]> {
  checked = [];
  await vi.advanceTimersByTimeAsync(recheckedMs);
  return checked;
}

it('checks all copies, some at a time, and looks at those that need it', async () => {
  const count = recheckedAtOnceMax + 10;
  for (let index = 0; index < count; index += 1) putImport(`u${index}`);
  rechecks.open();
  due = (uid) => uid === 'u45';
  const [first, second] = [await nextPart(), await nextPart()];
  expect([first.length, second.length]).toEqual([recheckedAtOnceMax, recheckedAtOnceMax]);
  expect(new Set([...first, ...second]).size).toBe(count);
  expect(looked).toEqual(['u45']);
});

it('checks the single copy of a namespace each time, whatever another namespace has', async () => {
  for (let index = 0; index < 5_000; index += 1) putImport(`u${index}`);
  putImport('single', 'web');
  rechecks.open();
  for (let part = 0; part < 5; part += 1) expect(await nextPart()).toContain('single');
});

it('checks the single share of a namespace each time, whatever another namespace has', async () => {
  for (let index = 0; index < 5_000; index += 1) putShare(`s${index}`);
  putShare('single', 'web');
  rechecks.open();
  for (let part = 0; part < 5; part += 1) {
    lookedShares = [];
    await nextPart();
    expect(lookedShares).toHaveLength(sharesRecheckedAtOnceMax + sharesRecheckedExactlyMax);
    expect(lookedShares.filter((uid) => uid === 'single')).toHaveLength(2);
  }
});

it('asks exact questions about some copies and shares, and learns the authors again', async () => {
  for (let index = 0; index < 100; index += 1) putImport(`u${index}`);
  for (let index = 0; index < 100; index += 1) putShare(`s${index}`);
  isShareDue = (uid) => uid === 's7';
  rechecks.open();
  await nextPart();
  expect([exact.length, learnt]).toEqual([copiesRecheckedExactlyMax, exact]);
  // All others are observed.
  expect(lookedShares).toContain('s7');
  expect(lookedShares).toHaveLength(1 + sharesRecheckedExactlyMax);
  for (let part = 1; part < 100 / copiesRecheckedExactlyMax; part += 1) await nextPart();
  expect(new Set(exact).size).toBe(100);
});

it('checks recorded copies without an import, and those that come; none that is over', async () => {
  all.set('recorded', aRecord());
  const over = putImport('over');
  putImport('live', 'shop', {});
  rechecks.open();
  putImport('later');
  imports.remove(over);
  expect((await nextPart()).toSorted()).toEqual(['later', 'recorded']);
  all.clear();
  expect(await nextPart()).toEqual(['later']);
});

it('checks again what is not known, and reports the fault', async () => {
  putImport('u');
  rechecks.open();
  const away = unavailable('away');
  due = () => {
    throw away;
  };
  await nextPart();
  due = () => true;
  await vi.advanceTimersByTimeAsync(backgroundLimits.lookRetryMsMin);
  expect([looked, faults]).toEqual([['u'], [away]]);
});

it('checks nothing after it is closed, and begins again', async () => {
  putImport('u');
  rechecks.open();
  await rechecks.close();
  expect(await nextPart()).toEqual([]);
  rechecks.open();
  expect(await nextPart()).toEqual(['u']);
});
