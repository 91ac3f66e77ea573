import { beforeEach, expect, it } from 'vitest';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import type { ObjectEvent } from '../../../../src/custom-resources/domain/object-events.js';
import { ObjectStatuses } from '../../../../src/custom-resources/domain/object-statuses.js';
import { anImport } from '../../shares/domain/sharing.builder.js';

const kind = { kind: 'SecretImport', resource: 'secretimports' };

let object: CustomResource;
let written: object[];
let reasons: string[];
let faults: unknown[];
let mayWrite: boolean;
let events: Error | undefined;
let statuses: ObjectStatuses;

const statusOf = (reason: string) => ({
  conditions: [{ type: 'Ready', status: 'False', reason, message: 'no' }],
});
const write = (reason: string, notice?: ObjectEvent) =>
  statuses.write(
    { kind, objects: { writeStatus: async (_call, _object, status) => void written.push(status) } },
    object,
    statusOf(reason),
    notice,
  );

beforeEach(() => {
  ({ object } = anImport());
  written = [];
  reasons = [];
  faults = [];
  mayWrite = true;
  events = undefined;
  statuses = new ObjectStatuses({
    accounts: { broker: () => ({}) as never },
    events: {
      record: async (_kind, _object, { reason }) => {
        if (events !== undefined) throw events;
        reasons.push(reason);
      },
    },
    requireLease: () => {
      if (!mayWrite) throw new Error('another replica does this work now');
    },
    onFault: (error) => void faults.push(error),
  });
});

it('writes a status once, also before the watch has shown it', async () => {
  await write('NotGranted');
  await write('NotGranted');
  expect(written).toEqual([statusOf('NotGranted')]);
  expect(statuses.lastOf(object)).toEqual(statusOf('NotGranted'));
});

it('records a notice beside the Event of the reason', async () => {
  await write('NotGranted');
  await write('Drifted', { type: 'Warning', reason: 'Overwritten', message: 'text' });
  expect(reasons).toEqual(['NotGranted', 'Drifted', 'Overwritten']);
});

it('records an Event for each new reason', async () => {
  await write('NotGranted');
  await write('Drifted');
  expect(reasons).toEqual(['NotGranted', 'Drifted']);
});

it('writes nothing without the lease', async () => {
  mayWrite = false;
  await expect(write('NotGranted')).rejects.toThrow('another replica');
  expect(written).toEqual([]);
});

it('has written the status if its Event cannot be recorded', async () => {
  events = new Error('no right to create Events');
  await write('NotGranted');
  expect([written.length, faults]).toEqual([1, [events]]);
});

it('writes a status again that another replica has overwritten meanwhile', async () => {
  await write('NotGranted');
  object = { ...object, resourceVersion: '3', status: statusOf('Drifted') };
  expect(statuses.lastOf(object)).toBe(object.status);
  await write('NotGranted');
  expect(written).toHaveLength(2);
});

it('relies on the object again after `forget`', async () => {
  await write('NotGranted');
  statuses.forget();
  expect(statuses.lastOf(object)).toBe(object.status);
});
