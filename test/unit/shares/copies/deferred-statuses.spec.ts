import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import { importKind } from '../../../../src/shares/domain/import-spec.js';
import type { StatusOwner } from '../../../../src/shares/object-statuses.js';
import { DeferredStatuses } from '../../../../src/shares/copies/deferred-statuses.js';
import { anImport } from '../domain/sharing.builder.js';

const owner: StatusOwner = { kind: importKind, objects: { writeStatus: async () => undefined } };
const objectOf = (uid: string): CustomResource => ({ ...anImport({}, { uid }).object, uid });

let written: string[];
let running: number;
let atOnce: number;
let fail: () => Error | undefined;
let faults: unknown[];
let deferred: DeferredStatuses;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  [running, atOnce] = [0, 0];
  fail = () => undefined;
  faults = [];
  const statuses = {
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
  deferred = new DeferredStatuses({ statuses, onFault: (error) => faults.push(error) });
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
  expect(atOnce).toBe(shareLimits.copiesAtOncePerNamespaceMax);
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

it('repeats a write that fails, and ends if the object is gone', async () => {
  let failures = 2;
  fail = () => (failures-- > 0 ? unavailable('down') : undefined);
  await write('u', 'Ready');
  await passed(10_000);
  expect([written, faults.length > 0]).toEqual([['u Ready'], true]);
  const before = faults.length;
  for (const code of ['NotFound', 'Conflict'] as const) {
    fail = () => new SallyportError(code, 'gone');
    await write(`gone by ${code}`, 'Ready');
    await passed(60_000);
    expect(deferred.lastOf(objectOf(`gone by ${code}`))).toEqual({});
  }
  expect([written.length, faults.length]).toEqual([1, before]);
});

it('forgets what waits when it is closed, and begins again when it is opened', async () => {
  for (let index = 0; index < 20; index += 1) await write(`u${index}`, 'Ready');
  const closed = deferred.close();
  await passed(1_000);
  await closed;
  expect(written).toHaveLength(shareLimits.copiesAtOncePerNamespaceMax);
  deferred.open();
  await write('u19', 'Ready');
  await passed(1_000);
  expect(written).toContain('u19 Ready');
});
