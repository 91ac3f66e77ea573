import { beforeEach, expect, it, vi } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { type SecretSyncs, SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import { formerOwner } from '../../../../src/sync/engine/former-owners.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { aSync } from '../domain/sync.builder.js';
import { accounts } from './pass-world.js';

const owner = { clusterUid: 'cluster', namespaceUid: NAMESPACE_UID, syncUid: 'uid-of-mine' };
const theirs = { ...owner, syncUid: 'uid-of-other' };
const mine = aSync({}, { uid: owner.syncUid });
const other = aSync({}, { name: 'other', uid: theirs.syncUid });

let knownSyncs: SyncRegistry;
let pages: Awaited<ReturnType<SecretSyncs['list']>>[];
const list = vi.fn(async () => pages.shift() ?? { items: [] });

beforeEach(() => {
  knownSyncs = new SyncRegistry();
  knownSyncs.put(mine.object, NAMESPACE_UID);
  pages = [{ items: [mine.object] }];
  list.mockClear();
});

const former = (mark: Parameters<typeof formerOwner>[2]['mark']) =>
  formerOwner({ knownSyncs, accounts, syncs: { list } }, mine, { owner, mark });

it('is a sync of the same namespace that was deleted', async () => {
  expect(await former(theirs)).toBe(theirs.syncUid);
});

it('is no sync that is there, whether or not the watch knows it', async () => {
  pages = [{ items: [mine.object], continue: 'next' }, { items: [other.object] }];
  expect(await former(theirs)).toBeUndefined();
  expect(list).toHaveBeenLastCalledWith(
    expect.objectContaining({ as: 'broker' }),
    'pay',
    expect.objectContaining({ continue: 'next' }),
  );
  knownSyncs.put(other.object, NAMESPACE_UID);
  list.mockClear();
  expect(await former(theirs)).toBeUndefined();
  expect(list).not.toHaveBeenCalled();
});

it.each([
  ['no owner', undefined],
  ['an owner that cannot be read', 'unreadable' as const],
  ['the sync itself', owner],
  ['a sync of another cluster', { ...theirs, clusterUid: 'other' }],
  ['a sync of a namespace that was there before', { ...theirs, namespaceUid: 'other' }],
])('is not %s, which nobody asks for', async (_who, mark) => {
  expect(await former(mark)).toBeUndefined();
  expect(list).not.toHaveBeenCalled();
});

it('is nobody if there are too many syncs to tell', async () => {
  pages = Array.from({ length: 1_000 }, () => ({ items: [mine.object], continue: 'next' }));
  expect(await former(theirs)).toBeUndefined();
  expect(list).toHaveBeenCalledTimes(syncLimits.ownersPagesMax);
});
