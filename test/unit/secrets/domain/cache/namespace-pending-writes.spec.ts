import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import {
  type ShownState,
  NamespacePendingWrites,
} from '../../../../../src/secrets/domain/cache/namespace-pending-writes.js';

const shown = (reached: string, uids: Record<string, string> = {}, nowMs = 1_000): ShownState => ({
  reached,
  uidOf: (name) => uids[name],
  nowMs,
});

describe('an acknowledged write', () => {
  it('is awaited until its version is reached: by its name, and by who reads all', () => {
    const floors = new NamespacePendingWrites();
    floors.wrote('db', '10', 0);
    const awaited = (name: string | undefined, reached: string) =>
      floors.isAwaited(name, shown(reached));
    expect([awaited('db', '9'), awaited('other', '9'), awaited(undefined, '9')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([awaited('db', '10'), awaited(undefined, '10'), floors.isEmpty]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('counts by its latest version, in whichever order answers come', () => {
    const floors = new NamespacePendingWrites();
    for (const version of ['12', '9', '100', '20']) floors.wrote('db', version, 0);
    expect(floors.isAwaited('db', shown('99'))).toBe(true);
    expect(floors.isAwaited('db', shown('100'))).toBe(false);
  });

  it('is in each list that was asked for later, whatever version that has', () => {
    const floors = new NamespacePendingWrites();
    floors.wrote('early', '1000', 10);
    floors.wrote('again', '1001', 10);
    floors.wrote('again', '510', 30);
    floors.wrote('late', '505', 30);
    floors.wroteAny('1002', 10);
    floors.sawList(shown('504'), 20);
    const awaited = (name: string | undefined, reached: string) =>
      floors.isAwaited(name, shown(reached));
    expect(['early', 'again', 'late'].map((name) => awaited(name, '504'))).toEqual([
      ...[false, true, true],
    ]);
    floors.sawList(shown('506'), 30);
    expect([awaited(undefined, '506'), floors.isEmpty]).toEqual([false, true]);
  });

  it('is awaited by every name, where it has none', () => {
    const floors = new NamespacePendingWrites();
    floors.wroteAny('10', 0);
    expect(floors.size).toBe(0);
    expect(floors.isAwaited('db', shown('9'))).toBe(true);
    expect(floors.isAwaited('db', shown('10'))).toBe(false);
    expect(floors.isEmpty).toBe(true);
  });
});

describe('an acknowledged removal', () => {
  it('is awaited until it is seen, by its uid', () => {
    const floors = new NamespacePendingWrites();
    floors.removed('db', 'u1', 0);
    floors.removed('db', 'u2', 0);
    floors.sawRemoval('db', 'u1');
    expect(floors.isAwaited('db', shown('5', { db: 'u2' }))).toBe(true);
    expect(floors.isAwaited(undefined, shown('5', { db: 'u2' }))).toBe(true);
    expect(floors.isAwaited('other', shown('5', { db: 'u2' }))).toBe(false);
    floors.sawRemoval('db', 'u2');
    expect(floors.isEmpty).toBe(true);
  });

  it('is awaited as long as a watch may be behind, where another object has the name', () => {
    const floors = new NamespacePendingWrites();
    floors.removed('db', 'u1', 0);
    const early = limits.watchStaleMs - 1;
    expect(floors.isAwaited('db', shown('5', {}, early))).toBe(true);
    expect(floors.isAwaited('db', shown('5', { db: 'u9' }, early))).toBe(true);
    expect(floors.isAwaited('db', shown('5', { db: 'u9' }, early + 1))).toBe(false);
  });

  it('is not awaited for ever where what was removed stays', () => {
    const floors = new NamespacePendingWrites();
    floors.removed('db', 'u1', 0);
    const held = (nowMs: number) => floors.isAwaited('db', shown('5', { db: 'u1' }, nowMs));
    expect([held(limits.cacheRemovalKeptMs - 1), held(limits.cacheRemovalKeptMs)]).toEqual([
      true,
      false,
    ]);
  });

  it('without a uid is over where nothing has the name, or once any removal was seen', () => {
    const floors = new NamespacePendingWrites();
    floors.removed('db', undefined, 0);
    expect(floors.isAwaited('db', shown('5', { db: 'u1' }))).toBe(true);
    floors.sawRemoval('db', 'u1');
    expect(floors.isAwaited('db', shown('5', { db: 'u1' }))).toBe(false);
    floors.removed('db', undefined, 0);
    expect(floors.isAwaited('db', shown('5'))).toBe(false);
    floors.removed('db', undefined, 0);
    expect(floors.isAwaited('db', shown('5', { db: 'u1' }, limits.cacheCatchUpMsMax))).toBe(false);
  });

  it('is over with a list that began later and does not hold it', () => {
    const floors = new NamespacePendingWrites();
    floors.removed('gone', 'u1', 10);
    floors.removed('there', 'u2', 10);
    floors.removed('late', 'u3', 30);
    floors.sawList(shown('5', { there: 'u2' }), 20);
    const now = shown('5', { there: 'u2' });
    const names = ['gone', 'there', 'late'];
    expect(names.map((name) => floors.isAwaited(name, now))).toEqual([false, true, true]);
  });

  it('is awaited for a while by every name, where it has none', () => {
    const floors = new NamespacePendingWrites();
    floors.removedAny(2_000);
    expect(floors.isAwaited('db', shown('5', {}, 1_999))).toBe(true);
    expect(floors.isAwaited('db', shown('5', {}, 2_000))).toBe(false);
    expect(floors.isEmpty).toBe(true);
  });
});

it('forgets, when asked to, what is shown by now', () => {
  const floors = new NamespacePendingWrites();
  floors.wrote('a', '5', 0);
  floors.wrote('b', '6', 0);
  floors.wroteAny('5', 0);
  floors.removed('c', undefined, 0);
  floors.prune(shown('5'));
  expect(floors.size).toBe(1);
  floors.prune(shown('6'));
  expect(floors.isEmpty).toBe(true);
});

describe('a write of which nobody knows whether it was made', () => {
  const late = limits.watchStaleMs;

  it('leaves its name unsure, and whoever reads all, until a live watch has told of it', () => {
    const floors = new NamespacePendingWrites();
    floors.unsure('db', 0);
    floors.unsure('mail', 10);
    floors.unsure('db', 20);
    const unsure = (nowMs: number) =>
      ['db', 'mail', 'other', undefined].map((name) => floors.isUnsure(name, nowMs));
    expect([floors.size, floors.isAwaited('db', shown('5'))]).toEqual([2, false]);
    expect(unsure(late + 9)).toEqual([true, true, false, true]);
    expect(unsure(late + 19)).toEqual([true, false, false, true]);
    expect(unsure(late + 20)).toEqual([false, false, false, false]);
    expect(floors.isEmpty).toBe(true);
  });

  it('leaves all names unsure, where it has none', () => {
    const floors = new NamespacePendingWrites();
    floors.unsure(undefined, 0);
    expect([floors.size, floors.isEmpty]).toEqual([0, false]);
    expect(floors.isUnsure('db', late - 1)).toBe(true);
    floors.prune(shown('5', {}, late));
    expect(floors.isEmpty).toBe(true);
  });
});
