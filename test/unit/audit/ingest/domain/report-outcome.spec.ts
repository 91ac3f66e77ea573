import { expect, it } from 'vitest';
import {
  actionOfVerb,
  outcomeOfReport,
} from '../../../../../src/audit/ingest/domain/report-outcome.js';

it.each([
  ['get', 'secrets.reveal'],
  ['list', 'secrets.list'],
  ['watch', 'secrets.watch'],
  ['create', 'secrets.create'],
  ['update', 'secrets.update'],
  ['patch', 'secrets.patch'],
  ['delete', 'secrets.delete'],
  ['deletecollection', 'secrets.delete'],
  ['', 'secrets.get'],
  ['constructor', 'secrets.get'],
])('the verb %j is the action %s', (verb, action) => {
  expect(actionOfVerb(verb)).toBe(action);
});

it.each([
  ['ResponseComplete', 200, 'allowed'],
  ['ResponseComplete', 304, 'allowed'],
  ['ResponseStarted', 200, 'allowed'],
  ['ResponseStarted', 401, 'denied'],
  ['ResponseComplete', 403, 'denied'],
  ['ResponseComplete', 404, 'failed'],
  ['ResponseComplete', 500, 'failed'],
  ['Panic', 500, 'unknown'],
  ['ResponseComplete', 0, 'unknown'],
] as const)('%s with %i is %s', (stage, code, outcome) => {
  expect(outcomeOfReport({ stage, code })).toBe(outcome);
});
