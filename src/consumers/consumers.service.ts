import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { metadataRights } from '../access/domain/secret-rights.js';
import type { CallDraft } from '../calls/call-draft.js';
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
  /** Those of all consumers, with how each takes the Secret and when it started. */
  readonly pods: readonly ConsumerPod[];
  /** Names of those that may still hold an earlier version than this. */
  waitingFor(version: NewVersion): readonly string[];
}

export interface Restarts {
  /** Also those that had been restarted for this run before. */
  readonly restarted: readonly WorkloadReference[];
  readonly refused: readonly RefusedRestart[];
}

/** Lists what runs in a namespace, or has it already. */
export type ReadWorkloads = (
  namespace: string,
  read: () => Promise<NamespaceWorkloads>,
) => Promise<NamespaceWorkloads>;

type BackgroundCall = Pick<StoreCall, 'ctx' | 'trace'>;

/** Who uses a Secret, and the restart of whoever holds an old value. */
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
   * For whoever may see the Secret's metadata, by kind and name; what runs is read by the broker.
   * Throws Forbidden, NotFound, Invalid outside the served namespaces, TooLarge, Unavailable.
   */
  list(
    ctx: CallContext,
    ref: SecretRef,
    read: ReadWorkloads = (_namespace, readAll) => readAll(),
  ): Promise<ConsumerList> {
    const { namespace, name: secret } = ref;
    const { calls, store, directory, clock } = this.#dependencies;
    const facts = { action: 'secrets.get', namespace, secret } as const;
    return calls.read(ctx, facts, async (draft) => {
      await this.#authorise(ctx, ref, draft);
      const call: StoreCall = { ctx, as: 'broker', trace: draft.trace };
      // Before the Pods: one that starts in between is then none of an older version.
      const { updatedAt, createdAt } = await store.get(call, ref);
      const found = await read(namespace, () => directory.list(call, namespace));
      const version = { changedAtMs: Date.parse(updatedAt ?? createdAt), nowMs: clock.nowMs() };
      return { items: consumersOf(found, secret).map((one) => toConsumerView(one, version)) };
    });
  }

  /** For background work, without a decision about anybody. Throws SallyportError. */
  async find(call: BackgroundCall, { namespace, name }: SecretRef): Promise<FoundConsumers> {
    const consumers = consumersOf(await this.#dependencies.directory.list(call, namespace), name);
    const pods = consumers.flatMap((consumer) => consumer.pods);
    return { consumers, pods, waitingFor: (version) => waitingFor(pods, version) };
  }

  /**
   * Restarts each workload once for a run, however often it is asked to. `auto`: all that hold a
   * value of the Secret. Refused is what would be refused again; whatever may pass is thrown, and
   * may be asked for once more.
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

  async #authorise(ctx: CallContext, ref: SecretRef, draft: CallDraft): Promise<void> {
    const { access, served } = this.#dependencies;
    draft.trace.plane = 'broker';
    served.requireReachable(ref.namespace);
    const traced = access.tracedBy(draft.trace.upstreamIds);
    const { reason } = await traced.require(ctx, ...metadataRights(ref));
    served.requireServed(ref.namespace);
    draft.decisionReason = reason;
  }
}
