import { Injectable } from '@nestjs/common';
import { Listeners } from '../../core/listeners.js';
import { saysNextRun } from '../domain/policy-status.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import { hasEnded, type RotationRun } from '../domain/rotation-run.js';
import type { KnownAuthor } from '../../custom-resources/domain/author.js';
import { PolicyAuthors } from './policy-authors.js';
import { BrokerSecrets } from './broker-secrets.js';
import { generatorOf } from './generate-for.js';
import type { Lease } from './lease.js';
import { lookAtPolicy } from './look-at-policy.js';
import { type TargetOpenerDependencies, targetOpener } from './open-target.js';
import { policyMeasures, type PolicyMeasures } from './policy-measures.js';
import { RotationEngine } from './rotation-engine.js';
import { RotationScheduler } from './rotation-scheduler.js';
import { runVersions } from './run-versions.js';
import { RunWorker } from './run-worker.js';
import { RunnerDependencies } from './runner.dependencies.js';
import { StatusWriter } from './status-writer.js';
import type { StepDependencies } from './step-dependencies.js';

/** Measurements of rotations. */
export interface RotationMeasure extends PolicyMeasures {
  readonly policies: number;
  readonly due: number;
  readonly running: number;
}

type RunnerParts = Pick<StepDependencies, 'authors' | 'secrets'>;

/** Rotation: a schedule begins runs, an engine works on them, a writer updates statuses. */
@Injectable()
export class RotationRunner {
  readonly #authors: PolicyAuthors;
  readonly #scheduler: RotationScheduler;
  readonly #status: StatusWriter;
  readonly #engine: RotationEngine;

  constructor(dependencies: RunnerDependencies) {
    const { book, store, clock, caller, logger, metrics } = dependencies;
    const onFault = (error: unknown): void => logger.fault(error);
    const authors = new PolicyAuthors(dependencies.authors, store);
    const { secrets: secretStore, calls, history, checks } = dependencies;
    const secrets = new BrokerSecrets({ store: secretStore, calls, history, checks });
    const parts = { authors, secrets };
    const begun = new Listeners();
    const moved = new Listeners<[ParsedPolicy]>();
    const scheduler = new RotationScheduler({
      book,
      store,
      clock,
      caller,
      onFault,
      authorOf: async (known) => (await authors.of(known))?.username,
      onBegun: () => begun.notify(),
      onMoved: (known) => moved.notify(known),
    });
    const status = statusOf(dependencies, parts, scheduler);
    const worker = workerOf(dependencies, parts, status);
    const engine = new RotationEngine({
      store,
      worker,
      onFault,
      isReady: (run) => isReady(dependencies, run),
      hostOf: (run) => hostOf(book.of(run)),
    });
    begun.add(() => engine.nudge());
    moved.add(({ policy }) => {
      // At a start, most statuses contain it already.
      if (!saysNextRun(policy.status, scheduler.nextRunMs(policy.uid))) status.note(policy.uid);
    });
    metrics.watchRotations(() => ({
      policies: book.size,
      due: scheduler.dueCount(),
      running: engine.running,
      ...policyMeasures(book.all),
    }));
    this.#authors = authors;
    this.#scheduler = scheduler;
    this.#status = status;
    this.#engine = engine;
  }

  /** Checks soon, because there may be something to do. */
  nudge(): void {
    this.#engine.nudge();
  }

  /** Returns when a policy is due next; null: never. */
  nextRunMs(policyUid: string): number | null {
    return this.#scheduler.nextRunMs(policyUid);
  }

  /** Returns the author of a policy; throws if it cannot be determined. */
  authorOf(known: ParsedPolicy): Promise<KnownAuthor | undefined> {
    return this.#authors.of(known);
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#scheduler.start();
    this.#engine.start();
    this.#status.start();
  }

  /** Resolves once all its work has ended. */
  async stop(): Promise<void> {
    await this.#scheduler.stop();
    await this.#engine.stop();
    await this.#status.stop();
  }
}

function statusOf(
  { book, store, policies, caller, clock, logger }: RunnerDependencies,
  parts: RunnerParts,
  scheduler: RotationScheduler,
): StatusWriter {
  return new StatusWriter({
    book,
    store,
    policies,
    caller,
    clock,
    onFault: (error) => logger.fault(error),
    nextRunMs: (uid) => scheduler.nextRunMs(uid),
    look: (known) => lookAtPolicy(parts, known, caller()),
  });
}

function workerOf(
  dependencies: RunnerDependencies,
  parts: RunnerParts,
  status: StatusWriter,
): RunWorker {
  const { book, caller, outbox, logger } = dependencies;
  return new RunWorker({
    steps: (lease) => stepParts(dependencies, parts, lease),
    policyOf: (run) => book.of(run),
    caller,
    onFault: (error) => logger.fault(error),
    onChange: (run) => {
      status.note(run.policyUid);
      if (run.state === 'waiting' || hasEnded(run)) outbox.nudge();
      if (hasEnded(run)) conclude(dependencies, book.of(run), run);
    },
  });
}

/** Reports whether a run can start: its policy, or the policy's absence, must be known. */
function isReady({ book, gateway, feed }: RunnerDependencies, run: RotationRun): boolean {
  if (gateway.refusal !== undefined) return false;
  return book.of(run) !== undefined || feed.knowsAll(run.namespace, run.namespaceUid);
}

function stepParts(
  dependencies: RunnerDependencies,
  { authors, secrets }: RunnerParts,
  lease: Lease,
): StepDependencies {
  const { store, consumers, holds, clock, egress, history, versions } = dependencies;
  const keptValues: TargetOpenerDependencies['keptValues'] = ({ run }) => store.keptValues(run);
  return {
    store,
    secrets,
    authors,
    consumers,
    holds,
    clock,
    openTarget: targetOpener({ secrets, egress, keptValues }, lease),
    versions: runVersions(history, versions),
    generate: generatorOf(secrets, clock),
    requireLease: () => lease.require(),
  };
}

function conclude(
  { metrics, store, logger }: RunnerDependencies,
  known: ParsedPolicy | undefined,
  run: RotationRun,
): void {
  metrics.rotationEnded(run.state);
  const keep = known?.spec?.historyLimit;
  if (keep === undefined) return;
  void store.prune(run, keep).catch((error: unknown) => logger.fault(error));
}

function hostOf(known: ParsedPolicy | undefined): string | undefined {
  const target = known?.spec?.target;
  if (target === undefined || target.kind === 'none') return undefined;
  if (target.kind === 'webhook') return URL.parse(target.webhook.url)?.host;
  return `${target.server.host}:${target.server.port}`;
}
