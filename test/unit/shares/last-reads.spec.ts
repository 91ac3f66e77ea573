import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../src/core/share-limits.js';
import type { ObjectFacts } from '../../../src/custom-resources/domain/object-records.js';
import type { VersionInfo, WrittenState } from '../../../src/secrets/domain/secret-history.js';
import { LastReads } from '../../../src/shares/last-reads.js';
import { ManualClock } from '../auth/manual-clock.js';
import { aShare } from './domain/sharing.builder.js';

const consumer = { namespace: 'shop', namespaceUid: 's' };
const pinned = { namespaceUID: 's', sinceMs: 1 };
const share = aShare();

let clock: ManualClock;
let rows: Map<string, ObjectFacts>;
let saves: number;
let isDown: boolean;
let versions: (number | undefined)[];
let described: readonly string[];
/** Runs between the read of a row and its write. */
let meanwhile: () => void;
let reads: LastReads;

beforeEach(() => {
  clock = new ManualClock();
  rows = new Map([[share.object.uid, { secretUID: 'db', consumers: { shop: pinned } }]]);
  saves = 0;
  isDown = false;
  versions = [3];
  described = [];
  meanwhile = () => undefined;
  const describe = async (states: readonly WrittenState[]) => {
    described = [...described, ...states.map(({ resourceVersion }) => resourceVersion)];
    const version = versions.length > 1 ? versions.shift() : versions[0];
    const info = { version } as VersionInfo; // the rest is not read
    return states.map(() => (version === undefined ? undefined : info));
  };
  const get = async (uid: string) => {
    if (isDown) throw unavailable('down');
    const facts = rows.get(uid);
    return facts && { uid, specHash: null, author: null, facts };
  };
  const saveFacts = async (
    { uid }: { readonly uid: string },
    { before, after }: { readonly before: ObjectFacts | null; readonly after: ObjectFacts },
  ) => {
    meanwhile();
    const isSame = JSON.stringify(rows.get(uid) ?? null) === JSON.stringify(before);
    if (isSame) rows.set(uid, after);
    saves += 1;
    return isSame;
  };
  reads = new LastReads({ records: { get, saveFacts }, history: { describe }, clock });
});

const state = (resourceVersion = '7') => {
  const names = { namespace: 'pay', name: 'db', uid: 'db', type: 'Opaque' };
  return { ...names, resourceVersion, data: 'a value' };
};
const consumers = (uid = share.object.uid) => rows.get(uid)?.['consumers'];

describe('reads are saved', () => {
  it('by one write, with the time and the version of the last', async () => {
    reads.note(share, consumer, state());
    clock.advance(10);
    reads.note(share, consumer, state());
    await reads.save();
    const lastReadMs = clock.nowMs();
    expect(consumers()).toEqual({ shop: { ...pinned, lastReadMs, version: 3 } });
    expect([saves, described]).toEqual([1, ['7']]);
    await reads.save();
    expect(saves).toBe(1);
  });

  it('after their time, and what is left at the stop', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    reads.note(share, consumer, state());
    await vi.advanceTimersByTimeAsync(shareLimits.readsSavedEveryMs - 1);
    expect(saves).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(saves).toBe(1);
    clock.advance(1);
    reads.note(share, consumer, state());
    await reads.stop();
    expect(saves).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('with the version that history learns a moment after the read, or without one', async () => {
    versions = [undefined, 4];
    reads.note(share, consumer, state());
    await reads.save();
    expect(consumers()).toMatchObject({ shop: { version: 4 } });
    versions = [undefined];
    clock.advance(1);
    reads.note(share, consumer, state('8'));
    await reads.save();
    expect(consumers()).toEqual({ shop: { ...pinned, lastReadMs: clock.nowMs() } });
  });

  it('in addition to what another replica records meanwhile', async () => {
    const web = { namespaceUID: 'w', sinceMs: 2 };
    reads.note(share, consumer, state());
    meanwhile = () => {
      if (saves === 0) rows.set(share.object.uid, { consumers: { shop: pinned, web } });
    };
    await reads.save();
    expect(consumers()).toMatchObject({ shop: { version: 3 }, web });
  });

  it('later, if others record something at each try', async () => {
    reads.note(share, consumer, state());
    meanwhile = () =>
      rows.set(share.object.uid, {
        consumers: { shop: pinned, web: { ...pinned, sinceMs: saves } },
      });
    await reads.save();
    expect(saves).toBe(shareLimits.readsSaveTriesMax);
    meanwhile = () => undefined;
    await reads.save();
    expect(consumers()).toMatchObject({ shop: { version: 3 } });
  });

  it('once the database can be used again', async () => {
    isDown = true;
    reads.note(share, consumer, state());
    await reads.save();
    isDown = false;
    await reads.save();
    expect(consumers()).toMatchObject({ shop: { version: 3 } });
  });
});

describe('nothing is recorded', () => {
  it('of a share that is deleted, or for a namespace that is another one by now', async () => {
    const deleted = aShare({}, { uid: 'deleted' });
    reads.note(deleted, consumer, state());
    reads.note(share, { ...consumer, namespaceUid: 'before' }, state());
    await reads.save();
    expect(saves).toBe(0);
    expect([...rows.keys()]).toEqual([share.object.uid]);
  });

  it('of more shares than wait at most', async () => {
    isDown = true;
    for (let count = 0; count <= shareLimits.readsUnsavedMax; count += 1) {
      const object = aShare({}, { uid: `share-${count}` });
      rows.set(object.object.uid, { secretUID: 'db', consumers: { shop: pinned } });
      reads.note(object, consumer, state());
    }
    isDown = false;
    await reads.save();
    expect(saves).toBe(shareLimits.readsUnsavedMax);
  });
});
