import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import { importKind } from '../../../../src/shares/domain/import-spec.js';
import {
  ObjectStatuses,
  type StatusOwner,
} from '../../../../src/custom-resources/domain/object-statuses.js';
import { DeferredStatuses } from '../../../../src/shares/copies/deferred-statuses.js';
import { anImport } from '../domain/sharing.builder.js';
import { accounts } from './copy-world.js';

const owner: StatusOwner = { kind: importKind, objects: { writeStatus: async () => undefined } };
const objectOf = (uid: string): CustomResource => anImport({}, { uid, name: uid }).object;

let written: string[];
let running: number;
let atOnce: number;
let fail: () => Error | undefined;
/** Objects as the watch has them, if not as they were written to. */
let known: Map<string, CustomResource | undefined>;
let forgotten: number;
/** Whether copies are written. */
let isBusy: boolean;
let faults: unknown[];
let deferred: DeferredStatuses;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  [running, atOnce] = [0, 0];
  fail = () => undefined;
  known = new Map();
  forgotten = 0;
  isBusy = false;
  faults = [];
  const statuses = {
    forget: () => void (forgotten += 1),
    lastOf: ({ status }: Pick<CustomResource, 'status'>) => status,
    write: async (_: StatusOwner, { uid }: CustomResource, { state }: { state?: unknown }) => {
      running += 1;
      atOnce = Math.max(atOnce, running);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
      running -= 1;
      const error = fail();
      if (error !== undefined) throw error;
      written.push(`${uid} ${String(state)}`);
    },
  };
  deferred = new DeferredStatuses({
    statuses,
    known: ({ name }) => (known.has(name) ? known.get(name) : objectOf(name)),
    isBusy: () => isBusy,
    onFault: (error) => faults.push(error),
  });
  deferred.open();
});
afterEach(async () => {
  await deferred.close();
  vi.useRealTimers();
});

const write = (uid: string, state: string) => deferred.write(owner, objectOf(uid), { state });
const passed = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('writes statuses in the background, few at a time', async () => {
  for (let index = 0; index < 20; index += 1) await write(`u${index}`, 'Ready');
  expect(written).toEqual([]);
  await passed(1_000);
  expect(written).toHaveLength(20);
  expect(atOnce).toBe(backgroundLimits.looksAtOncePerNamespaceMax);
});

it('writes statuses after copies, but not later than they may be', async () => {
  isBusy = true;
  await write('a', 'Ready');
  await passed(shareLimits.statusLateMsMax - shareLimits.statusPolledMs);
  expect(written).toEqual([]);
  await write('b', 'Ready');
  await passed(2 * shareLimits.statusPolledMs);
  expect(written).toEqual(['a Ready']);
  isBusy = false;
  await passed(2 * shareLimits.statusPolledMs);
  expect(written).toEqual(['a Ready', 'b Ready']);
});

it('does not wait for copies at a stop', async () => {
  isBusy = true;
  await write('a', 'Ready');
  const ended = deferred.end();
  await passed(2 * shareLimits.statusPolledMs);
  await ended;
  expect(written).toEqual(['a Ready']);
});

it('writes the newest status of an object, also if it came during a write', async () => {
  await write('u', 'Conflict');
  await passed(5);
  await write('u', 'Drifted');
  await write('u', 'Ready');
  expect(deferred.lastOf(objectOf('u'))).toEqual({ state: 'Ready' });
  await passed(1_000);
  expect(written).toEqual(['u Conflict', 'u Ready']);
});

it('writes nothing that the object has, or that waits', async () => {
  await deferred.write(owner, { ...objectOf('u'), status: { state: 'Ready' } }, { state: 'Ready' });
  await write('v', 'Ready');
  await write('v', 'Ready');
  await passed(1_000);
  expect(written).toEqual(['v Ready']);
});

it('repeats a write that fails, and ends if the object is deleted', async () => {
  let failures = 2;
  fail = () => (failures-- > 0 ? unavailable('down') : undefined);
  await write('u', 'Ready');
  await passed(10_000);
  expect([written, faults.length > 0]).toEqual([['u Ready'], true]);
  const before = faults.length;
  fail = () => new SallyportError('NotFound', 'not found');
  await write('deleted', 'Ready');
  await passed(60_000);
  expect(deferred.lastOf(objectOf('deleted'))).toEqual({});
  expect([written.length, faults.length]).toEqual([1, before]);
});

it('writes a status again after a conflict, over the newest known object', async () => {
  let conflicts = 3;
  fail = () => (conflicts-- > 0 ? new SallyportError('Conflict', 'changed') : undefined);
  await write('u', 'Ready');
  await passed(100);
  expect([written, deferred.lastOf(objectOf('u'))]).toEqual([[], { state: 'Ready' }]);
  await passed(10_000);
  expect([written, faults]).toEqual([['u Ready'], []]);
  expect(deferred.lastOf(objectOf('u'))).toEqual({});
});

it('ends after a conflict once another object has the name, or none', async () => {
  fail = () => new SallyportError('Conflict', 'another uid');
  await write('replaced', 'Ready');
  await write('deleted', 'Ready');
  await passed(10);
  known.set('replaced', { ...objectOf('replaced'), uid: 'another' });
  known.set('deleted', undefined);
  await passed(60_000);
  for (const uid of ['replaced', 'deleted']) expect(deferred.lastOf(objectOf(uid))).toEqual({});
  expect([written, faults]).toEqual([[], []]);
});

describe('the end of a term', () => {
  it('writes what waits, also what waits after a failure', async () => {
    let failures = 10;
    fail = () => (failures-- > 0 ? unavailable('down') : undefined);
    for (let index = 0; index < 20; index += 1) await write(`u${index}`, 'Ready');
    await passed(40);
    const ended = deferred.end();
    await write('late', 'Ready');
    await passed(shareLimits.statusesEndedMsMax / 4);
    await ended;
    expect(written).toHaveLength(20);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a limited time, and drops what cannot be written', async () => {
    fail = () => unavailable('down');
    for (let index = 0; index < 20; index += 1) await write(`u${index}`, 'Ready');
    let isEnded = false;
    const ended = deferred.end().then(() => (isEnded = true));
    await passed(shareLimits.statusesEndedMsMax - 1);
    expect(isEnded).toBe(false);
    await passed(20);
    await ended;
    expect([written, deferred.lastOf(objectOf('u1'))]).toEqual([[], {}]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is over at once if nothing waits, or what waits is dropped', async () => {
    await deferred.end();
    deferred.open();
    fail = () => unavailable('down');
    await write('u', 'Ready');
    const ended = deferred.end();
    const closed = deferred.close();
    await passed(10);
    await Promise.all([ended, closed]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('remembers nothing that was written in another term', async () => {
  const other = { state: 'NotGranted' };
  const events = { record: async () => undefined };
  const requireLease = () => undefined;
  const statuses = new ObjectStatuses({ accounts, events, requireLease, onFault: fail });
  const terms = new DeferredStatuses({
    ...{ statuses, known: () => object, isBusy: () => false, onFault: fail },
  });
  const sent: unknown[] = [];
  const writer = {
    kind: importKind,
    objects: { writeStatus: async (...args: unknown[]) => void sent.push(args[2]) },
  };
  let object = objectOf('u');
  terms.open();
  await terms.write(writer, object, { state: 'Ready' });
  await passed(10);
  await terms.close();
  // Another replica writes another status, which the watch shows.
  object = { ...object, status: other };
  terms.open();
  expect(terms.lastOf(object)).toEqual(other);
  await terms.write(writer, object, { state: 'Ready' });
  await passed(10);
  expect(sent).toEqual([{ state: 'Ready' }, { state: 'Ready' }]);
  await terms.close();
});

it('writes nothing without the lease', async () => {
  const away = unavailable('another replica');
  const events = { record: async () => undefined };
  const requireLease = () => {
    throw away;
  };
  const statuses = new ObjectStatuses({ accounts, events, requireLease, onFault: fail });
  await expect(statuses.write(owner, objectOf('u'), { state: 'Ready' })).rejects.toBe(away);
  expect(statuses.lastOf(objectOf('u'))).toEqual({});
});

it('forgets what waits when it is closed, and begins again when it is opened', async () => {
  for (let index = 0; index < 20; index += 1) await write(`u${index}`, 'Ready');
  const closed = deferred.close();
  await passed(1_000);
  await closed;
  expect(written).toHaveLength(backgroundLimits.looksAtOncePerNamespaceMax);
  await write('u1', 'Ready');
  expect(deferred.lastOf(objectOf('u1'))).toEqual({});
  deferred.open();
  expect(forgotten).toBe(2);
  await write('u19', 'Ready');
  await passed(1_000);
  expect(written).toContain('u19 Ready');
});
