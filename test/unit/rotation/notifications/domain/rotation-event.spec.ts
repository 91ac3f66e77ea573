import { describe, expect, it } from 'vitest';
import {
  type NotificationRow,
  rotationEvent,
} from '../../../../../src/rotation/notifications/domain/rotation-event.js';
import { aRun } from '../../rotation-run.builder.js';

const endedMs = Date.UTC(2026, 0, 2, 3, 5, 0, 7);

function row(change: Partial<NotificationRow['notification']>): NotificationRow {
  return {
    id: 'row-7',
    timeMs: endedMs,
    notification: { type: 'rotation.succeeded', run: aRun(), ...change },
  };
}

describe('the event of a run', () => {
  it('is a CloudEvent that names run, versions and times', () => {
    const run = aRun({
      state: 'succeeded',
      step: 'retire',
      fromVersion: 3,
      toVersion: 4,
      endedMs,
    });
    expect(rotationEvent(row({ run }))).toEqual({
      specversion: '1.0',
      id: 'row-7',
      source: '/namespaces/pay/secrets/app-db/rotation',
      type: 'dev.sallyport.rotation.succeeded',
      subject: '0199-run',
      time: '2026-01-02T03:05:00.007Z',
      datacontenttype: 'application/json',
      data: {
        namespace: 'pay',
        secret: 'app-db',
        runId: '0199-run',
        trigger: 'schedule',
        state: 'succeeded',
        step: 'retire',
        fromVersion: 3,
        toVersion: 4,
        startedAt: '2026-01-02T03:04:05.000Z',
        endedAt: '2026-01-02T03:05:00.007Z',
      },
    });
  });

  it('says why a run failed, and what one waits for', () => {
    const problem = { reason: 'TestFailed', message: 'the new credential is not let in' } as const;
    const failed = rotationEvent(row({ type: 'rotation.failed', run: aRun({ problem }) }));
    expect(failed).toMatchObject({
      type: 'dev.sallyport.rotation.failed',
      data: { error: problem },
    });
    const run = aRun({ state: 'waiting', waitingFor: 'Pods of 2 workloads' });
    const waiting = rotationEvent(row({ type: 'rotation.waiting', run }));
    expect(waiting.type).toBe('dev.sallyport.rotation.waiting');
    expect(waiting.data.waitingFor).toBe('Pods of 2 workloads');
  });

  it('holds nothing else of a run: neither users nor words of people', () => {
    const run = aRun({
      requestedBy: 'only-here-1',
      reason: 'only-here-2',
      username: 'only-here-3',
      formerUsername: 'only-here-4',
    });
    expect(JSON.stringify(rotationEvent(row({ run })))).not.toContain('only-here');
  });
});
