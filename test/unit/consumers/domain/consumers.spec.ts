import { describe, expect, it } from 'vitest';
import {
  type Controller,
  type NamespaceWorkloads,
  type Workload,
  consumersOf,
} from '../../../../src/consumers/domain/consumers.js';
import type { PodSpec } from '../../../../src/consumers/domain/references.js';
import { envSpec, podState } from '../pods.js';

const nothing: PodSpec = { containers: [], volumes: [], imagePullSecrets: [] };
const pullSpec: PodSpec = { ...nothing, imagePullSecrets: ['db'] };
const by = (kind: string, name: string): Controller => ({ kind, name, uid: `${kind}-${name}` });
const workload = (kind: string, name: string, more: Partial<Workload> = {}): Workload => ({
  ...{ ...by(kind, name), controller: undefined, template: envSpec, hasEnded: false },
  ...more,
});
const shown = (found: Partial<NamespaceWorkloads>) =>
  consumersOf({ pods: [], workloads: [], ...found }, 'db').map(
    ({ kind, name, uses, pods }) =>
      `${kind}/${name} ${uses.join('+')} [${pods.map((pod) => pod.name).join(' ')}]`,
  );

describe('who references a Secret', () => {
  it('is a workload whose template does, without any Pod', () => {
    const workloads = [
      workload('StatefulSet', 'store'),
      workload('Deployment', 'web'),
      workload('Deployment', 'other', { template: nothing }),
      workload('CronJob', 'backup'),
      // Made by an operator: it is what people know all the same.
      workload('DaemonSet', 'agent', { controller: by('Agent', 'agent') }),
    ];
    expect(shown({ workloads })).toEqual([
      'CronJob/backup env []',
      'DaemonSet/agent env []',
      'Deployment/web env []',
      'StatefulSet/store env []',
    ]);
  });

  it('is the workload behind what made the Pod', () => {
    const workloads = [
      workload('Deployment', 'web', { template: nothing }),
      workload('ReplicaSet', 'web-1', { controller: by('Deployment', 'web') }),
      workload('ReplicaSet', 'canary-1', { controller: by('Rollout', 'canary') }),
      workload('Job', 'backup-7', { controller: by('CronJob', 'backup') }),
    ];
    const owners = [
      by('ReplicaSet', 'web-1'),
      by('ReplicaSet', 'web-1'),
      by('ReplicaSet', 'canary-1'),
      by('Job', 'backup-7'),
      by('StatefulSet', 'store'),
    ];
    const pods = owners.map((controller, index) => podState({ name: `p${index}`, controller }));
    expect(shown({ workloads, pods })).toEqual([
      'CronJob/backup env [p3]',
      'Deployment/web env [p0 p1]',
      'Rollout/canary env [p2]',
      'StatefulSet/store env [p4]',
    ]);
  });

  it('is whoever its owner reference names, where that is all there is', () => {
    const pods = [
      podState({ name: 'a', controller: by('ReplicaSet', 'gone-1') }),
      podState({ name: 'b', controller: by('Tenant', 'x') }),
      podState({ name: 'c' }),
    ];
    expect(shown({ pods })).toEqual([
      'Pod/c env [c]',
      'ReplicaSet/gone-1 env [a]',
      'Tenant/x env [b]',
    ]);
  });

  it('takes it in the ways of its template and of its Pods, which may be older', () => {
    const workloads = [workload('StatefulSet', 'store', { template: pullSpec })];
    const pods = [podState({ controller: by('StatefulSet', 'store') })];
    expect(shown({ workloads, pods })).toEqual(['StatefulSet/store env+imagePull [pod-1]']);
  });

  it('is no set of an earlier template, no Job that is done and no Pod that has ended', () => {
    const workloads = [
      workload('ReplicaSet', 'web-0', { controller: by('Deployment', 'web') }),
      workload('Job', 'backup-6', { controller: by('CronJob', 'backup') }),
      workload('Job', 'once', { hasEnded: true }),
    ];
    const pods = [podState({ hasEnded: true, controller: by('Job', 'once') })];
    expect(shown({ workloads, pods })).toEqual([]);
  });

  it('is a set or Job that nothing stands behind', () => {
    const workloads = [workload('ReplicaSet', 'own'), workload('Job', 'once')];
    expect(shown({ workloads })).toEqual(['Job/once env []', 'ReplicaSet/own env []']);
  });
});
