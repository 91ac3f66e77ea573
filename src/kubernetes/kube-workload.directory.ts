import { Inject, Injectable } from '@nestjs/common';
import type { NamespaceWorkloads, Workload } from '../consumers/domain/consumers.js';
import type { RestartedWorkload } from '../consumers/domain/restart.js';
import { WorkloadDirectory } from '../consumers/domain/workload-directory.js';
import { rotationLimits } from '../core/rotation-limits.js';
import type { WorkloadReference } from '../rotation/domain/rotation-spec.js';
import type { StoreCall } from '../secrets/domain/secret.store.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import type { KubeCall } from './kube-call.js';
import type { KubeObject } from './kube-exchange.js';
import { FIELD_MANAGER } from './kube-secret.mapper.js';
import { toPodState, toRestartedWorkload, toWorkload } from './kube-workload.mapper.js';
import { listPages } from './list-pages.js';
import { isUnknownPath } from './translate-kube-error.js';

type DirectoryCall = Pick<StoreCall, 'ctx' | 'trace'>;

const resources = {
  Deployment: ['apps', 'deployments'],
  StatefulSet: ['apps', 'statefulsets'],
  DaemonSet: ['apps', 'daemonsets'],
  ReplicaSet: ['apps', 'replicasets'],
  Job: ['batch', 'jobs'],
  CronJob: ['batch', 'cronjobs'],
} as const;

type Kind = keyof typeof resources;

/** Pods and workloads over the Kubernetes API, as the broker. */
@Injectable()
export class KubeWorkloadDirectory extends WorkloadDirectory {
  readonly #broker: Pick<BrokerKubeClient, 'send'>;

  constructor(@Inject(BrokerKubeClient) broker: Pick<BrokerKubeClient, 'send'>) {
    super();
    this.#broker = broker;
  }

  override async list(call: DirectoryCall, namespace: string): Promise<NamespaceWorkloads> {
    const { consumerPodsMax, consumerWorkloadsMax } = rotationLimits;
    // Pods first: the creator of a Pod still exists when its kind is listed.
    const pods = await listPages({
      send: (request) => this.#send(call, request),
      path: ['api', 'v1', 'namespaces', namespace, 'pods'],
      map: toPodState,
      bound: { itemsMax: consumerPodsMax, what: `Pods in ${namespace}` },
    });
    const workloads: Workload[] = [];
    for (const kind of Object.keys(resources) as Kind[]) {
      const [, resource] = resources[kind];
      const found = await listPages({
        send: (request) => this.#send(call, request),
        path: pathOf(kind, namespace),
        map: (json) => toWorkload(kind, json),
        bound: { itemsMax: consumerWorkloadsMax, what: `${resource} in ${namespace}` },
      }).catch((error: unknown) => noneOfAbsent(kind, error));
      workloads.push(...found);
    }
    return { pods, workloads };
  }

  override async get(
    call: DirectoryCall,
    namespace: string,
    { kind, name }: WorkloadReference,
  ): Promise<RestartedWorkload> {
    const path = [...pathOf(kind, namespace), name];
    return toRestartedWorkload(await this.#send(call, { method: 'GET', path, effect: 'none' }));
  }

  override async patch(
    call: DirectoryCall,
    namespace: string,
    { kind, name }: WorkloadReference,
    patch: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.#send(call, {
      method: 'PATCH',
      path: [...pathOf(kind, namespace), name],
      query: { fieldManager: FIELD_MANAGER },
      body: patch,
      contentType: 'application/merge-patch+json',
      effect: 'write',
    });
  }

  #send({ ctx, trace }: DirectoryCall, request: KubeCall): Promise<KubeObject> {
    trace.plane = 'broker';
    const onUpstreamId = (id: string) => trace.upstreamIds.push(id);
    return this.#broker.send({ ...request, signal: ctx.signal, onUpstreamId });
  }
}

function pathOf(kind: Kind, namespace: string): readonly string[] {
  const [group, resource] = resources[kind];
  return ['apis', group, 'v1', 'namespaces', namespace, resource];
}

/** Returns no Jobs if the cluster has none; running Jobs are also found by their Pods. */
function noneOfAbsent(kind: Kind, error: unknown): readonly Workload[] {
  const [group] = resources[kind];
  if (group === 'batch' && isUnknownPath(error)) return [];
  throw error;
}
