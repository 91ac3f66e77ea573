import { expect, it } from 'vitest';
import {
  conditionsOf,
  eventOf,
  timedConditions,
} from '../../../../src/custom-resources/domain/status-condition.js';

const nowMs = Date.parse('2026-01-02T03:04:05.678Z');
const ready = { isReady: true, reason: 'Granted', message: '' };
const before = (status: string) => ({
  generation: 2,
  status: { conditions: [{ type: 'Ready', status, lastTransitionTime: '2025-01-01T00:00:00Z' }] },
});

it('a first condition has the time of now, in seconds', () => {
  expect(conditionsOf({ generation: 1, status: {} }, ready, nowMs)).toEqual([
    {
      ...{ type: 'Ready', status: 'True', reason: 'Granted', message: '' },
      ...{ observedGeneration: 1, lastTransitionTime: '2026-01-02T03:04:05.000Z' },
    },
  ]);
});

it('a condition keeps its time until its status changes', () => {
  const [same] = conditionsOf(before('True'), { ...ready, reason: 'Delivered' }, nowMs);
  expect(same).toMatchObject({ lastTransitionTime: '2025-01-01T00:00:00Z' });
  const [changed] = conditionsOf(before('False'), ready, nowMs);
  expect(changed).toMatchObject({ lastTransitionTime: '2026-01-02T03:04:05.000Z' });
});

it('conditions that are none count as absent', () => {
  const [condition] = conditionsOf({ generation: 1, status: { conditions: 'x' } }, ready, nowMs);
  expect(condition).toMatchObject({ lastTransitionTime: '2026-01-02T03:04:05.000Z' });
});

it('each of several conditions keeps its own time', () => {
  const stated = (type: string, status: 'True' | 'False' | 'Unknown') => ({
    ...{ type, status, reason: 'Checked', message: '' },
  });
  const former = [
    { type: 'InSync', status: 'True', lastTransitionTime: '2025-01-01T00:00:00Z' },
    { type: 'Conflict', status: 'Unknown', lastTransitionTime: '2025-01-02T00:00:00Z' },
  ];
  const after = timedConditions(
    { generation: 3, status: { conditions: former } },
    [stated('Conflict', 'Unknown'), stated('InSync', 'False'), stated('Ready', 'True')],
    nowMs,
  );
  expect(after).toMatchObject([
    { type: 'Conflict', lastTransitionTime: '2025-01-02T00:00:00Z', observedGeneration: 3 },
    { type: 'InSync', lastTransitionTime: '2026-01-02T03:04:05.000Z' },
    { type: 'Ready', lastTransitionTime: '2026-01-02T03:04:05.000Z' },
  ]);
});

it('an Event is about a reason that is new, and warns of a problem', () => {
  const said = (status: string, reason: string, message = '') => ({
    conditions: [{ type: 'Ready', status, reason, message }],
  });
  expect(eventOf({}, said('True', 'Granted'))).toEqual({
    ...{ type: 'Normal', reason: 'Granted', message: 'no problem is known' },
  });
  const refused = said('False', 'NotGranted', 'ask the owner');
  expect(eventOf(said('True', 'Granted'), refused)).toEqual({
    ...{ type: 'Warning', reason: 'NotGranted', message: 'ask the owner' },
  });
  expect(eventOf(refused, said('False', 'NotGranted', 'other words'))).toBeUndefined();
  expect(eventOf(refused, {})).toBeUndefined();
});
