import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { metadataRights } from '../access/domain/secret-rights.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import { CallRunner } from '../calls/call-runner.service.js';
import type { CallContext } from '../core/call-context.js';
import { Clock } from '../core/clock.js';
import type { WorkloadReference } from '../rotation/domain/rotation-spec.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { SecretStore, type StoreCall } from '../secrets/domain/secret.store.js';
import { type NewVersion, waitingFor } from './domain/consumer-progress.js';
import { type ConsumerView, toConsumerView } from './domain/consumer-view.js';
import {
  type Consumer,
  type ConsumerPod,
  type NamespaceWorkloads,
  consumersOf,
} from './domain/consumers.js';
import { type RefusedRestart, restartedConsumers } from './domain/restart.js';
import { WorkloadDirectory } from './domain/workload-directory.js';
import { restartWorkload } from './restart-workload.js';

export interface ConsumerDependencies {
  readonly calls: CallRunner;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly store: Pick<SecretStore, 'get'>;
  readonly directory: WorkloadDirectory;
  readonly clock: Clock;
}

export interface ConsumerList {
  readonly items: readonly ConsumerView[];
}

/** Everything that references a Secret. */
export interface FoundConsumers {
  readonly consumers: readonly Consumer[];
  /** Pods of all consumers, with how each uses the Secret and when it started. */
  readonly pods: readonly ConsumerPod[];
  /** Returns names of Pods that may still have a version earlier than this. */
  waitingFor(version: NewVersion): readonly string[];
}

export interface Restarts {
  /** Includes workloads that were restarted for this run before. */
  readonly restarted: readonly WorkloadReference[];
  readonly refused: readonly RefusedRestart[];
}

/** Lists workloads of a namespace, or returns a list that it has. */
export type ReadWorkloads = (
  namespace: string,
  read: () => Promise<NamespaceWorkloads>,
) => Promise<NamespaceWorkloads>;

type BackgroundCall = Pick<StoreCall, 'ctx' | 'trace'>;

/** Consumers of a Secret, and the restart of consumers that have an old value. */
@Injectable()
export class ConsumersService {
  readonly #dependencies: ConsumerDependencies;

  constructor(
    calls: CallRunner,
    access: AccessService,
    served: ServedNamespaces,
    @Inject(SecretStore) store: Pick<SecretStore, 'get'>,
    directory: WorkloadDirectory,
    clock: Clock,
  ) {
    this.#dependencies = { calls, access, served, store, directory, clock };
  }

  /**
   * Lists consumers by kind and name, for callers who may see the Secret's metadata; the broker
   * reads workloads. Throws Forbidden, NotFound, Invalid outside the served namespaces, TooLarge,
   * Unavailable.
   */
  list(
    ctx: CallContext,
    ref: SecretRef,
    read: ReadWorkloads = (_namespace, readAll) => readAll(),
  ): Promise<ConsumerList> {
    const { namespace, name: secret } = ref;
    const { calls, store, directory, clock } = this.#dependencies;
    const facts = { action: 'secrets.get', namespace, secret } as const;
    return calls.read(ctx, facts, async (trace) => {
      await this.#authorise(ctx, ref, trace);
      const call: StoreCall = { ctx, as: 'broker', trace };
      // Before the Pods: a Pod that starts in between then never counts as an older version.
      const { updatedAt, createdAt } = await store.get(call, ref);
      const found = await read(namespace, () => directory.list(call, namespace));
      const version = { changedAtMs: Date.parse(updatedAt ?? createdAt), nowMs: clock.nowMs() };
      return { items: consumersOf(found, secret).map((one) => toConsumerView(one, version)) };
    });
  }

  /** Lists for background work, without a decision about a caller. Throws SallyportError. */
  async find(call: BackgroundCall, { namespace, name }: SecretRef): Promise<FoundConsumers> {
    const consumers = consumersOf(await this.#dependencies.directory.list(call, namespace), name);
    const pods = consumers.flatMap((consumer) => consumer.pods);
    return { consumers, pods, waitingFor: (version) => waitingFor(pods, version) };
  }

  /**
   * Restarts each workload once for a run, however often it is called. `auto`: all that have a
   * value of the Secret. Returns permanent refusals; throws failures that may pass, after which a
   * retry may succeed.
   */
  async restart(
    call: BackgroundCall,
    ref: SecretRef,
    which: 'auto' | readonly WorkloadReference[],
    runId: string,
  ): Promise<Restarts> {
    const { directory, clock } = this.#dependencies;
    const workloads =
      which === 'auto' ? restartedConsumers((await this.find(call, ref)).consumers) : which;
    const restarted: WorkloadReference[] = [];
    const refused: RefusedRestart[] = [];
    for (const { kind, name } of workloads) {
      const workload = { kind, name };
      const run = { runId, nowIso: new Date(clock.nowMs()).toISOString() };
      const at = { call, namespace: ref.namespace, workload };
      const reason = await restartWorkload(directory, at, run);
      if (reason === undefined) restarted.push(workload);
      else refused.push({ ...workload, reason });
    }
    return { restarted, refused };
  }

  async #authorise(ctx: CallContext, ref: SecretRef, trace: CallTrace): Promise<void> {
    const { access, served } = this.#dependencies;
    trace.plane = 'broker';
    served.requireReachable(ref.namespace);
    const traced = access.tracedBy(trace.upstreamIds);
    const { reason } = await traced.require(ctx, ...metadataRights(ref));
    served.requireServed(ref.namespace);
    trace.decisionReason = reason;
  }
}
