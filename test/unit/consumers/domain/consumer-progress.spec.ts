import { describe, expect, it } from 'vitest';
import { hasVersion, waitingFor } from '../../../../src/consumers/domain/consumer-progress.js';
import type { ConsumerPod } from '../../../../src/consumers/domain/consumers.js';
import { consumerPod } from '../pods.js';

const minuteMs = 60_000;
const changedAtMs = 100 * minuteMs;
const before = changedAtMs - minuteMs;
/** Further than any clock is off. */
const after = changedAtMs + minuteMs / 2;
const version = { changedAtMs, nowMs: changedAtMs + minuteMs };
const late = { changedAtMs, nowMs: changedAtMs + 60 * minuteMs };

const env = { uses: ['env'], envContainers: ['app'] } as const;
const subPath = { uses: ['subPath'], subPathContainers: ['app'] } as const;
const volume = { uses: ['volume'], hasFiles: true } as const;
const driver = { uses: ['volume'], isMountedOnce: true } as const;
const imagePull = { uses: ['imagePull'] } as const;
const old = { createdMs: before, startedMs: before };
const started = (ms: number | null) => ({ ...old, containers: new Map([['app', ms]]) });

describe('a Pod that takes the Secret into its environment', () => {
  it.each<[string, Partial<ConsumerPod>, boolean]>([
    ['was made after the version', { createdMs: changedAtMs + 1_000 }, true],
    ['was made in the same second', { createdMs: changedAtMs, startedMs: changedAtMs }, false],
    ['was made before, and a node took it after', { createdMs: before, startedMs: after }, true],
    [
      'a node took within what clocks may be off',
      { createdMs: before, startedMs: changedAtMs + 4_000 },
      false,
    ],
    ['has no node yet', { createdMs: before, startedMs: undefined, isOnNode: false }, true],
    ['has a node that says nothing yet', { createdMs: before, startedMs: undefined }, false],
    ['runs since before', started(before), false],
    ['had its container start again', started(after), true],
    ['has a container that holds nothing', started(null), true],
    ['has a container that nothing is known of', { ...old, containers: new Map() }, false],
  ])('%s', (_state, state, expected) => {
    expect(hasVersion(consumerPod(env, state), late)).toBe(expected);
  });

  it('has all of its containers waited for, also those that prepare something', () => {
    const both = { uses: ['env'], envContainers: ['init', 'app'] } as const;
    const containers = (init: number | null) =>
      new Map([
        ['init', init],
        ['app', after],
      ]);
    const pod = (init: number | null) =>
      consumerPod(both, { ...old, containers: containers(init) });
    expect(hasVersion(pod(before), late)).toBe(false);
    expect(hasVersion(pod(after), late)).toBe(true);
    expect(hasVersion(pod(null), late)).toBe(true);
  });
});

describe('a Pod that takes it as files', () => {
  it('has it once the kubelet must have brought them up to date', () => {
    const pod = consumerPod(volume, old);
    expect(hasVersion(pod, { changedAtMs, nowMs: changedAtMs + 2 * minuteMs - 1 })).toBe(false);
    expect(hasVersion(pod, { changedAtMs, nowMs: changedAtMs + 2 * minuteMs })).toBe(true);
    const quick = { changedAtMs, nowMs: changedAtMs + 10, kubeletRefreshMs: 10 };
    expect(hasVersion(pod, quick)).toBe(true);
  });

  it('has it at once where it is newer', () => {
    expect(hasVersion(consumerPod(volume, { createdMs: after }), version)).toBe(true);
  });

  it('has single files only after a container has started on files that are up to date', () => {
    const pod = (ms: number | null) => consumerPod(subPath, started(ms));
    expect(hasVersion(pod(before), late)).toBe(false);
    expect(hasVersion(pod(after), late)).toBe(false);
    expect(hasVersion(pod(changedAtMs + 3 * minuteMs), late)).toBe(true);
  });

  it('keeps what a driver was given until there is another Pod', () => {
    expect(hasVersion(consumerPod(driver, started(after)), late)).toBe(false);
    expect(hasVersion(consumerPod(driver, { createdMs: after }), late)).toBe(true);
  });
});

describe('the Pods that are waited for', () => {
  it('are named, among them those that terminate', () => {
    const pods = [
      consumerPod(env, { ...old, name: 'old-env' }),
      consumerPod(env, { name: 'new-env', createdMs: after }),
      consumerPod(volume, { ...old, name: 'old-files' }),
      consumerPod(imagePull, { ...old, name: 'pulls' }),
      consumerPod({ ...env, ...volume }, { ...started(after), name: 'both' }),
    ];
    expect(waitingFor(pods, version)).toEqual(['old-env', 'old-files', 'both']);
    expect(waitingFor(pods, late)).toEqual(['old-env']);
  });

  it('are none of those that were restarted for the run, whatever the clocks say', () => {
    const pods = [
      consumerPod(env, { ...old, name: 'of-the-run', restartedFor: 'run-1' }),
      consumerPod(env, { ...old, name: 'of-another', restartedFor: 'run-0' }),
    ];
    expect(waitingFor(pods, { ...late, runId: 'run-1' })).toEqual(['of-another']);
    expect(waitingFor(pods, late)).toEqual(['of-the-run', 'of-another']);
  });
});
