import { describe, expect, it } from 'vitest';
import {
  type RestartedWorkload,
  planRestart,
  restartedConsumers,
} from '../../../../src/consumers/domain/restart.js';
import { consumer } from '../pods.js';

const run = { runId: 'run-2', nowIso: '2026-11-25T13:04:33.000Z' };
const workload = (more: Partial<RestartedWorkload> = {}): RestartedWorkload => ({
  ...{ resourceVersion: '7', isPaused: false, templateAnnotations: {} },
  ...more,
});
const restartedFor = (runId: string) => ({
  templateAnnotations: { 'sallyport.dev/restarted-for': runId, note: 'kept' },
});

describe('a restart', () => {
  it.each([
    ['for the first time', workload()],
    ['after another run', workload(restartedFor('run-1'))],
  ])('writes what kubectl does and the mark of its run at once, %s', (_when, before) => {
    expect(planRestart(before, run)).toEqual({
      kind: 'patch',
      patch: {
        metadata: { resourceVersion: '7' },
        spec: {
          template: {
            metadata: {
              annotations: {
                'kubectl.kubernetes.io/restartedAt': '2026-11-25T13:04:33.000Z',
                'sallyport.dev/restarted-for': 'run-2',
              },
            },
          },
        },
      },
    });
  });

  it('is done once for a run, also where the workload was paused since', () => {
    for (const isPaused of [false, true]) {
      const before = workload({ ...restartedFor('run-2'), isPaused });
      expect(planRestart(before, run)).toEqual({ kind: 'none' });
    }
  });

  it('is refused where it would roll out nothing', () => {
    expect(planRestart(workload({ isPaused: true }), run)).toEqual({
      kind: 'refuse',
      reason: 'it is paused',
    });
  });
});

describe('what is restarted of those that reference a Secret', () => {
  it('is each workload with a template that holds a value of it', () => {
    const consumers = [
      consumer({ kind: 'DaemonSet', name: 'files', uses: ['volume'] }),
      consumer({ kind: 'Deployment', name: 'env', uses: ['env', 'imagePull'] }),
      consumer({ kind: 'StatefulSet', name: 'file', uses: ['subPath'] }),
      consumer({ kind: 'Deployment', name: 'pulls', uses: ['imagePull'] }),
      consumer({ kind: 'Pod', name: 'bare' }),
      consumer({ kind: 'CronJob', name: 'backup' }),
      consumer({ kind: 'ReplicaSet', name: 'set' }),
    ];
    expect(restartedConsumers(consumers)).toEqual([
      { kind: 'DaemonSet', name: 'files' },
      { kind: 'Deployment', name: 'env' },
      { kind: 'StatefulSet', name: 'file' },
    ]);
  });
});
