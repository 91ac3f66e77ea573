import { beforeEach, describe, expect, it, vi } from 'vitest';
import { shareLimits } from '../../../../src/core/share-limits.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import { ImportWakeups, type ImportWaiter } from '../../../../src/shares/watch/import-wakeups.js';
import { MemoryLog } from '../../secrets/domain/watch/change-log.builder.js';
import { aShare, anImport, NAMESPACE_UID } from '../domain/sharing.builder.js';

const source = { namespace: 'pay', share: 'db-for-shop' };

let knownImports: ImportRegistry;
let knownShares: ShareRegistry;
let log: MemoryLog;
let wakeups: ImportWakeups;

beforeEach(() => {
  knownImports = new ImportRegistry();
  knownShares = new ShareRegistry();
  log = new MemoryLog();
  const cache = { changes: (namespace: string) => (namespace === 'pay' ? log : undefined) };
  wakeups = new ImportWakeups({ knownImports, knownShares, cache });
});

/** Whether a waiter that looked just now is woken by an act. */
async function isWoken(waiter: ImportWaiter, act: () => void): Promise<boolean> {
  waiter.follow([source]);
  let woken = false;
  const waited = waiter.next().then(() => (woken = true));
  act();
  await new Promise((resolve) => setImmediate(resolve));
  const found = woken;
  waiter.wake();
  await waited;
  return found;
}

describe('a stream is woken', () => {
  it('from the beginning', async () => {
    await expect(wakeups.join('shop').next()).resolves.toBeUndefined();
  });

  it('by an import of its namespace, a share that one names, and a Secret there', async () => {
    const waiter = wakeups.join('shop');
    const put = () => knownImports.put(anImport().object, NAMESPACE_UID);
    expect(await isWoken(waiter, put)).toBe(true);
    const share = () => knownShares.put(aShare().object, NAMESPACE_UID);
    expect(await isWoken(waiter, share)).toBe(true);
    expect(await isWoken(waiter, () => log.put('db'))).toBe(true);
  });

  it('by nothing of other namespaces and shares', async () => {
    const waiter = wakeups.join('web');
    const put = () => knownImports.put(anImport().object, NAMESPACE_UID);
    expect(await isWoken(waiter, put)).toBe(false);
    const other = () => knownShares.put(aShare({}, { name: 'other' }).object, NAMESPACE_UID);
    expect(await isWoken(waiter, other)).toBe(false);
  });

  it('when it is time to look again', async () => {
    vi.useFakeTimers();
    const waiter = wakeups.join('shop');
    waiter.follow([]);
    const waited = waiter.next();
    await vi.advanceTimersByTimeAsync(shareLimits.importStreamLookMs);
    await expect(waited).resolves.toBeUndefined();
    vi.useRealTimers();
  });
});

describe('Secrets are listened to', () => {
  it('once for all streams, until the last has left', () => {
    const waiters = [wakeups.join('shop'), wakeups.join('web')];
    for (const waiter of waiters) waiter.follow([source]);
    expect(log.listeners).toBe(1);
    waiters[0]?.leave();
    expect(log.listeners).toBe(1);
    waiters[1]?.leave();
    expect(log.listeners).toBe(0);
  });

  it('again after their watch has ended', async () => {
    const waiter = wakeups.join('shop');
    waiter.follow([source]);
    const former = log;
    former.hasEnded = true;
    log = new MemoryLog();
    expect(await isWoken(waiter, () => log.put('db'))).toBe(true);
    expect(former.listeners).toBe(0);
  });
});
