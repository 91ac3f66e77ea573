import { beforeEach, expect, it } from 'vitest';
import { StateReports } from '../../../../src/sync/engine/state-reports.js';
import { accounts } from './pass-world.js';
import { RecordedCalls } from './recorded-calls.js';

const sync = { namespace: 'pay', name: 'db-sync' };
const statusOf = (reason: string, message = '') => ({
  conditions: [{ type: 'Ready', reason, message }],
});

let calls: RecordedCalls;
let reports: StateReports;

beforeEach(() => {
  calls = new RecordedCalls();
  reports = new StateReports({ calls, accounts });
});

it.each([
  ['a problem', statusOf('InSync'), statusOf('StoreGone', 'it is gone'), 'StoreGone: it is gone'],
  ['a problem of a new sync', {}, statusOf('FirstSync', 'resolve'), 'FirstSync: resolve'],
  ['another problem', statusOf('Loop', 'x'), statusOf('StoreDenied', 'no'), 'StoreDenied: no'],
  ['the end of a problem', statusOf('Loop', 'x'), statusOf('InSync'), 'InSync'],
])('%s is an event', async (_what, before, after, decisionReason) => {
  await reports.report(sync, before, after);
  expect(calls.events).toMatchObject([
    { action: 'syncs.report', namespace: 'pay', secret: 'db-sync', decisionReason },
  ]);
});

it.each([
  ['a problem that is there already', statusOf('Loop', 'x'), statusOf('Loop', 'y')],
  ['a sync without a problem', statusOf('InSync'), statusOf('InSync')],
  ['a new sync without a problem', {}, statusOf('InSync')],
])('%s is none', async (_what, before, after) => {
  await reports.report(sync, before, after);
  expect(calls.events).toEqual([]);
});
