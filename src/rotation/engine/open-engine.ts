import type { AuditService } from '../../audit/audit.service.js';
import type { ConsumersService } from '../../consumers/consumers.service.js';
import type { CallContext } from '../../core/call-context.js';
import type { Clock } from '../../core/clock.js';
import type { SecretHistory } from '../../secrets/domain/secret-history.js';
import type { SecretStore } from '../../secrets/domain/secret.store.js';
import type { VersionsStore } from '../../versions/domain/versions.store.js';
import type { RotationPolicies } from '../domain/rotation-policies.js';
import { saysNextRun } from '../domain/policy-status.js';
import type { KnownPolicy } from '../domain/rotation-policy.js';
import { hasEnded, type RotationRun } from '../domain/rotation-run.js';
import type { RotationStore } from '../domain/rotation.store.js';
import { Authors, type AuthorRights } from './authors.js';
import { BrokerSecrets } from './broker-secrets.js';
import { generatorOf } from './generate-for.js';
import type { Lease } from './lease.js';
import { type TargetOpenerParts, targetOpener } from './open-target.js';
import { PolicyBook } from './policy-book.js';
import { lookAtPolicy } from './look-at-policy.js';
import { policyMeasures, type PolicyMeasures } from './policy-measures.js';
import { RotationEngine } from './rotation-engine.js';
import { RotationScheduler } from './rotation-scheduler.js';
import { runVersions } from './run-versions.js';
import { RunWorker } from './run-worker.js';
import { StatusWriter } from './status-writer.js';
import type { StepParts } from './step-parts.js';

export interface EngineSetup {
  readonly store: RotationStore;
  readonly policies: RotationPolicies;
  readonly secrets: SecretStore;
  readonly audit: AuditService;
  readonly history: SecretHistory;
  readonly versions: Pick<VersionsStore, 'history' | 'setRetired'>;
  readonly consumers: Pick<ConsumersService, 'find' | 'restart'>;
  readonly rights: AuthorRights;
  readonly egress: TargetOpenerParts['egress'];
  readonly clock: Clock;
  readonly caller: () => CallContext;
  readonly metrics: RotationMeter;
  /** Others may be told something now. */
  readonly onNotified: () => void;
  /** Whether the gateway may act at all; runs wait while it may not. */
  readonly mayAct: () => boolean;
  /** Whether it is known of a run that it has no policy, where none is known. */
  readonly isDecided: (run: RotationRun) => boolean;
  readonly onFault: (error: unknown) => void;
}

/** What of rotation is counted. */
export interface RotationMeter {
  rotationEnded(state: RotationRun['state']): void;
  watchRotations(measure: () => RotationMeasure): void;
}

export interface RotationMeasure extends PolicyMeasures {
  readonly policies: number;
  readonly due: number;
  readonly running: number;
}

/** Puts together what rotates: policies, schedule, work, status. */
export function openRotationEngine(setup: EngineSetup) {
  const { store, clock, caller, onFault } = setup;
  const book = new PolicyBook();
  const authors = new Authors(setup.rights, store, clock);
  const secrets = new BrokerSecrets({ ...setup, store: setup.secrets });
  const status = new StatusWriter({
    ...{ book, store, policies: setup.policies, caller, clock, onFault },
    nextRunMs: (uid) => scheduler.nextRunMs(uid),
    look: (known) => lookAtPolicy({ authors, secrets }, known, caller()),
  });
  const worker = new RunWorker({
    steps: (lease) => stepParts(setup, { authors, secrets }, lease),
    policyOf: (run) => book.of(run),
    caller,
    onChange: (run) => {
      status.note(run.policyUid);
      if (run.state === 'waiting' || hasEnded(run)) setup.onNotified();
      if (hasEnded(run)) conclude(setup, book.of(run), run);
    },
    onFault,
  });
  const engine = new RotationEngine({
    ...{ store, worker, onFault },
    isReady: (run) => {
      return setup.mayAct() && (book.of(run) !== undefined || setup.isDecided(run));
    },
    hostOf: (run) => hostOf(book.of(run)),
  });
  const scheduler = new RotationScheduler({
    ...{ book, store, clock, caller, onFault },
    authorOf: async (known) => (await authors.of(known))?.username,
    onBegun: () => engine.nudge(),
    onMoved: ({ policy }) => {
      // At a start most say it already.
      if (!saysNextRun(policy.status, scheduler.nextRunMs(policy.uid))) status.note(policy.uid);
    },
  });
  watchWith(setup.metrics, { book, scheduler, engine });
  return { book, ...doorsOf({ engine, scheduler, status, authors }) };
}

interface Doors {
  readonly engine: RotationEngine;
  readonly scheduler: RotationScheduler;
  readonly status: StatusWriter;
  readonly authors: Authors;
}

/** What others ask and tell the engine. */
function doorsOf({ engine, scheduler, status, authors }: Doors) {
  return {
    nudge: () => engine.nudge(),
    nextRunMs: (uid: string) => scheduler.nextRunMs(uid),
    authorOf: (known: KnownPolicy) => authors.of(known),
    start(): void {
      scheduler.start();
      engine.start();
      status.start();
    },
    async stop(): Promise<void> {
      await scheduler.stop();
      await engine.stop();
      await status.stop();
    },
  };
}

function watchWith(
  metrics: RotationMeter,
  parts: { book: PolicyBook; scheduler: RotationScheduler; engine: RotationEngine },
): void {
  const { book, scheduler, engine } = parts;
  metrics.watchRotations(() => ({
    policies: book.size,
    due: scheduler.dueCount(),
    running: engine.running,
    ...policyMeasures(book.all),
  }));
}

function stepParts(
  setup: EngineSetup,
  { authors, secrets }: Pick<StepParts, 'authors' | 'secrets'>,
  lease: Lease,
): StepParts {
  const { store, consumers, clock, egress, history, versions } = setup;
  const keptValues: TargetOpenerParts['keptValues'] = ({ run }) => store.keptValues(run);
  return {
    ...{ store, secrets, authors, consumers, clock },
    openTarget: targetOpener({ secrets, egress, keptValues }, lease),
    versions: runVersions(history, versions),
    generate: generatorOf(secrets, clock),
    requireLease: () => lease.require(),
  };
}

function conclude(setup: EngineSetup, known: KnownPolicy | undefined, run: RotationRun): void {
  setup.metrics.rotationEnded(run.state);
  const keep = known?.spec?.historyLimit;
  if (keep !== undefined) void setup.store.prune(run, keep).catch(setup.onFault);
}

function hostOf(known: KnownPolicy | undefined): string | undefined {
  const target = known?.spec?.target;
  if (target === undefined || target.kind === 'none') return undefined;
  if (target.kind === 'webhook') return URL.parse(target.webhook.url)?.host;
  return `${target.server.host}:${target.server.port}`;
}
