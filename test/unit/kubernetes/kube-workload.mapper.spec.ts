import { describe, expect, it } from 'vitest';
import {
  toPodState,
  toRestartedWorkload,
  toWorkload,
} from '../../../src/kubernetes/kube-workload.mapper.js';

const at = (second: number) => `2026-11-25T13:04:${String(second).padStart(2, '0')}Z`;
const ms = (second: number) => Date.parse(at(second));
const owner = (kind: string, more: object = {}) => ({ kind, name: 'x', uid: 'u', ...more });

describe('a Pod', () => {
  it('has the times of the API server and of its node', () => {
    const pod = toPodState({
      metadata: { name: 'p', creationTimestamp: at(1), ownerReferences: [] },
      spec: { nodeName: 'n', containers: [{ name: 'app' }] },
      status: { phase: 'Running', startTime: at(2) },
    });
    expect(pod).toMatchObject({
      ...{ name: 'p', createdMs: ms(1), startedMs: ms(2), isOnNode: true, hasEnded: false },
      ...{ controller: undefined, restartedFor: undefined },
    });
  });

  it('holds what its containers took when they started, as long as they run', () => {
    const status = (name: string, state: object) => ({ name, state });
    const running = { running: { startedAt: at(5) } };
    const terminated = { terminated: { startedAt: at(3), finishedAt: at(4) } };
    const { containers } = toPodState({
      status: {
        initContainerStatuses: [
          status('prepares', terminated),
          status('sidecar', running),
          status('next', { waiting: {} }),
        ],
        containerStatuses: [
          status('app', running),
          status('crashing', { waiting: { reason: 'CrashLoopBackOff' } }),
          status('done', terminated),
        ],
        ephemeralContainerStatuses: [status('debug', terminated)],
      },
    });
    expect(Object.fromEntries(containers)).toEqual({
      ...{ prepares: ms(3), sidecar: ms(5), next: null },
      ...{ app: ms(5), crashing: null, done: null, debug: null },
    });
  });

  it.each([
    ['Pending', false],
    ['Running', false],
    ['Unknown', false],
    ['Succeeded', true],
    ['Failed', true],
  ])('in phase %s has ended: %s', (phase, hasEnded) => {
    expect(toPodState({ status: { phase } }).hasEnded).toBe(hasEnded);
  });

  it('is on no node before one was chosen', () => {
    expect(toPodState({ spec: {}, status: { phase: 'Pending' } }).isOnNode).toBe(false);
    expect(toPodState({ spec: { nodeName: 'n' } })).toMatchObject({
      ...{ isOnNode: true, startedMs: undefined },
    });
  });

  it('knows who controls it, and for which run it was made', () => {
    const annotations = { 'sallyport.dev/restarted-for': 'run-1' };
    const ownerReferences = [owner('Other'), owner('ReplicaSet', { controller: true })];
    expect(toPodState({ metadata: { annotations, ownerReferences } })).toMatchObject({
      controller: { kind: 'ReplicaSet', name: 'x', uid: 'u' },
      restartedFor: 'run-1',
    });
  });
});

describe('a workload', () => {
  const template = { spec: { imagePullSecrets: [{ name: 'db' }] } };

  it.each([
    ['Deployment', { template }],
    ['Job', { template }],
    ['CronJob', { jobTemplate: { spec: { template } } }],
  ])('of kind %s has its template', (kind, spec) => {
    const metadata = { name: 'w', uid: 'u1', ownerReferences: [owner('X', { controller: true })] };
    expect(toWorkload(kind, { metadata, spec })).toEqual({
      ...{ kind, name: 'w', uid: 'u1', hasEnded: false },
      controller: { kind: 'X', name: 'x', uid: 'u' },
      template: { containers: [], volumes: [], imagePullSecrets: ['db'] },
    });
  });

  it.each([
    ['Job', 'Complete', 'True', true],
    ['Job', 'Failed', 'True', true],
    ['Job', 'Complete', 'False', false],
    ['Job', 'Suspended', 'True', false],
    ['Deployment', 'Failed', 'True', false],
  ])('of kind %s with condition %s=%s has ended: %s', (kind, type, status, hasEnded) => {
    expect(toWorkload(kind, { status: { conditions: [{ type, status }] } }).hasEnded).toBe(
      hasEnded,
    );
  });

  it('shows what a restart has to know', () => {
    const json = {
      metadata: { resourceVersion: '7', annotations: { on: 'the workload' } },
      spec: { paused: true, template: { metadata: { annotations: { on: 'the template' } } } },
    };
    expect(toRestartedWorkload(json)).toEqual({
      resourceVersion: '7',
      isPaused: true,
      templateAnnotations: { on: 'the template' },
    });
    expect(toRestartedWorkload({ spec: { template: {} } })).toMatchObject({
      ...{ isPaused: false, templateAnnotations: {} },
    });
  });
});
