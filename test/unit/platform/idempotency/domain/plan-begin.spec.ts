import { expect, it } from 'vitest';
import {
  type BeginSituation,
  planBegin,
} from '../../../../../src/platform/idempotency/domain/plan-begin.js';

const mine = Uint8Array.of(1);
const record = { fingerprint: mine, bootId: 'boot', createdMs: 100 };
const answer = { status: 201, body: { name: 'db' } };
const base = {
  fingerprint: mine,
  runningHere: undefined,
  expiredBeforeMs: 50,
  record: undefined,
  bootId: 'boot',
  othersSinceMs: 90,
};

const cases: readonly [string, Partial<BeginSituation>, object][] = [
  ['a key never seen is new', {}, { kind: 'new' }],
  [
    'a key past its time is new',
    { record: { ...record, state: 'done', createdMs: 49 } },
    { kind: 'new' },
  ],
  [
    'a finished run is replayed',
    { record: { ...record, state: 'done', answer } },
    { kind: 'replay', answer },
  ],
  [
    'a run of ours is still running',
    { record: { ...record, state: 'running' }, runningHere: mine },
    { kind: 'running' },
  ],
  ['a run not yet recorded is running', { runningHere: mine }, { kind: 'running' }],
  [
    'a run that nobody knows of may have taken effect',
    { record: { ...record, state: 'running' } },
    { kind: 'afterUnknown' },
  ],
  [
    'a run of another process is still running',
    { record: { ...record, state: 'running', bootId: 'other' } },
    { kind: 'running' },
  ],
  [
    'a run of another process that takes too long has ended with it',
    { record: { ...record, state: 'running', bootId: 'other' }, othersSinceMs: 101 },
    { kind: 'afterUnknown' },
  ],
  [
    'a run of unknown outcome may have taken effect',
    { record: { ...record, state: 'unknown' } },
    { kind: 'afterUnknown' },
  ],
  [
    'another request is refused while the first runs',
    { runningHere: Uint8Array.of(2) },
    { kind: 'otherRequest' },
  ],
  [
    'another request is refused',
    { record: { ...record, fingerprint: Uint8Array.of(2), state: 'done', answer } },
    { kind: 'otherRequest' },
  ],
];

it.each(cases)('%s', (_, situation, plan) => {
  expect(planBegin({ ...base, ...situation })).toEqual(plan);
});
