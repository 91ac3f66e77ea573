import { describe, expect, it } from 'vitest';
import type { RemoteState } from '../../../../src/sync/domain/remote-store.js';
import {
  isOutdated,
  isSameMemory,
  nothingRemembered,
  type Remembered,
} from '../../../../src/sync/domain/sync-memory.js';

const present = (version: string, changedAt?: string): RemoteState => ({
  ...{ kind: 'present', version, values: new Map(), mark: undefined },
  changedAt,
});
const early = '2026-01-01T00:00:00Z';
const late = '2026-01-01T00:00:00.001Z';

describe('a state of the store is older', () => {
  it.each<[boolean, string, RemoteState, Partial<Remembered>]>([
    [false, 'if nothing is known', present('1', early), {}],
    [false, 'if it is the known one', present('1', early), { storeState: known('1', late) }],
    [true, 'if it was written before', present('2', early), { storeState: known('3', late) }],
    [false, 'if it was written later', present('2', late), { storeState: known('3', early) }],
    [false, 'if it was written then', present('2', late), { storeState: known('3', late) }],
    [false, 'if its time is unknown', present('2'), { storeState: known('3', late) }],
    [false, 'if no time was known', present('2', late), { storeState: known('3') }],
    [false, 'if a time is no time', present('2', 'x'), { storeState: known('3', late) }],
    [true, 'if the sync has replaced it', present('2', late), { replaced: '2' }],
    [
      true,
      'with the same keys',
      present('keys:a:2', early),
      { storeState: known('keys:a:3', late) },
    ],
    [false, 'with other keys', present('keys:b:2', early), { storeState: known('keys:a:3', late) }],
    [
      true,
      'with an older key, whatever keys there are',
      keyed({ a: early, c: late }),
      {
        storeState: {
          ...known('keys:a:3', late),
          keyTimes: new Map([
            ['a', late],
            ['b', late],
          ]),
        },
      },
    ],
    [
      false,
      'with newer keys alone, and without the newest one',
      keyed({ a: early }),
      {
        storeState: {
          ...known('keys:a:3', late),
          keyTimes: new Map([
            ['a', early],
            ['b', late],
          ]),
        },
      },
    ],
    [true, 'if it was replaced', present('keys:b:2', late), { replaced: 'keys:b:2' }],
    [false, 'if there is none', { kind: 'absent' }, { storeState: known('3', late) }],
  ])('%s: %s', (is, _what, remote, remembered) => {
    expect(isOutdated({ ...nothingRemembered, ...remembered }, remote)).toBe(is);
  });

  function keyed(times: Readonly<Record<string, string>>): RemoteState {
    const state = present('keys:b:2', early);
    return { ...state, keyTimes: new Map(Object.entries(times)) } as RemoteState;
  }

  function known(version: string, changedAt?: string) {
    return { version, changedAt };
  }
});

describe('two memories', () => {
  const one: Remembered = {
    base: new Map([['a', '1']]),
    lost: [{ key: 'b', side: 'store', observer: 'one', sinceMs: 1 }],
    storeState: { version: '1', changedAt: early },
    replaced: '0',
    intended: [{ key: 'a', side: 'store', fingerprint: '1' }],
    origins: ['aaaaaaaaaaaa'],
    pending: { expectedVersion: '1', idempotencyToken: 'a' },
  };

  it('with the same members are the same', () => {
    const copy = { ...one, base: new Map(one.base), lost: [...one.lost] };
    expect(isSameMemory(one, copy)).toBe(true);
    expect(isSameMemory(nothingRemembered, { ...nothingRemembered })).toBe(true);
  });

  it.each<[string, Partial<Remembered>]>([
    ['base', { base: undefined }],
    ['value', { base: new Map([['a', '2']]) }],
    ['key', { base: new Map([['b', '1']]) }],
    ['lost key', { lost: [] }],
    ['side', { lost: [{ key: 'b', side: 'cluster', observer: 'one', sinceMs: 1 }] }],
    ['version', { storeState: { version: '2', changedAt: early } }],
    ['time', { storeState: { version: '1', changedAt: late } }],
    [
      'time of a key',
      { storeState: { version: '1', changedAt: early, keyTimes: new Map([['a', late]]) } },
    ],
    ['replaced version', { replaced: undefined }],
    ['origins', { origins: [] }],
    ['intention', { intended: [{ key: 'a', side: 'store', fingerprint: '2' }] }],
    ['intentions', { intended: [] }],
    ['pending write', { pending: undefined }],
    ['other write', { pending: { expectedVersion: '1', idempotencyToken: 'b' } }],
  ])('with another %s are not', (_what, change) => {
    expect(isSameMemory(one, { ...one, ...change })).toBe(false);
    expect(isSameMemory({ ...one, ...change }, one)).toBe(false);
  });
});
