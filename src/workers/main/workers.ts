import type { RollbackGuard } from '../../audit/anchors/rollback-guard.js';
import type { RightsProbe } from '../../kubernetes/rights-probe.js';
import type { RequestListener, ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '../../config/config.schema.js';
import { toSallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { workerLimits } from '../../core/worker-limits.js';
import type { RefusalRecorder } from '../../http/refusal-recorder.js';
import type { KubeConfigSource } from '../../kubernetes/kube-config-source.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { SecretHistory } from '../../secrets/domain/secret-history.js';
import type { AppLogger } from '../../telemetry/app-logger.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { MetricsSnapshot } from '../../telemetry/metrics-snapshot.js';
import { refusalOf, sentRefusal, type SentRefusal } from '../domain/sent-refusal.js';
import type { EntryFate, PassedEntry, Questions, ToMain, ToWorker } from '../messages.js';
import { AnnouncedWrites } from './announced-writes.cache.js';
import { EventIntake, type EventIntakeParts } from './event-intake.js';
import { MainDoor } from './main-door.js';
import { openSocketFolder } from './socket-folder.js';
import type { WorkerHandle } from './worker-handle.js';
import { WorkerPool } from './worker-pool.js';
import { WriteBarrier } from './write-barrier.js';

/** What workers need of the gateway that they belong to. */
export interface WorkersParts {
  readonly config: Config;
  readonly sandbox: KubeConfigSource | undefined;
  readonly secretHistory: SecretHistory;
  readonly auditWriter: EventIntakeParts['writer'];
  readonly auditOutlets: { readonly guard: Pick<RollbackGuard, 'refusal'> };
  readonly rightsProbe: Pick<RightsProbe, 'refusal'>;
  readonly requestLimits: EventIntakeParts['limits'];
  readonly refusals: Pick<RefusalRecorder, 'recordedAnonymously'>;
  readonly logger: AppLogger;
  readonly metrics: Pick<Metrics, 'joinedBy'>;
  readonly server: ServerOptions;
  readonly onRequest: RequestListener;
  readonly onParserError: (error: Error & { code?: string }, socket: Duplex) => void;
}

interface Running {
  readonly intake: EventIntake;
  readonly pool: WorkerPool;
  readonly door: MainDoor;
  readonly barrier: WriteBarrier;
  readonly removeFolder: () => void;
  readonly looks: NodeJS.Timeout;
}

/** The processes that answer beside this one, and what this one does for them. */
export class Workers {
  #running: Running | undefined;

  /** A cache whose notes of writes every worker hears. */
  announced(cache: SecretCache): SecretCache {
    return new AnnouncedWrites(cache, (note) => {
      this.#running?.barrier.told();
      this.#running?.pool.tell({ kind: 'note', note });
    });
  }

  /** Resolves with the URLs of the public listeners once all workers have them. */
  async listen(parts: WorkersParts) {
    const { config, sandbox, logger, server, onRequest, onParserError } = parts;
    const folder = openSocketFolder(config.dataDir);
    const connectionsMax = config.listen.maxConnections * limits.connectionsPassedOnFactor;
    const { path } = folder;
    const door = new MainDoor({ path, connectionsMax, server, onRequest, onParserError });
    await door.listen();
    const pool = new WorkerPool({
      count: config.workers,
      start: {
        config,
        socketPath: folder.path,
        ...(sandbox !== undefined && { sandbox: sandbox.server }),
      },
      onMessage: (message, from) => this.#hear(parts, message, from),
      onGone: (worker) => barrier.left(worker),
      onAlarm: (message) => logger.alarm(message),
    });
    const barrier = new WriteBarrier({
      members: () => pool.serving,
      onSlow: () => logger.alarm('a worker does not answer and is ended'),
    });
    const { auditWriter: writer, auditOutlets, rightsProbe, requestLimits } = parts;
    const refusals = [auditOutlets.guard, rightsProbe];
    const isRefusing = () => refusals.some(({ refusal }) => refusal !== undefined);
    const intake = new EventIntake({ writer, limits: requestLimits, isRefusing });
    const looks = setInterval(() => void barrier.look(), workerLimits.workerLookMs).unref();
    this.#running = { pool, door, barrier, intake, looks, removeFolder: () => folder.remove() };
    parts.secretHistory.onAttributed(({ uid, resourceVersion }) => {
      pool.tell({ kind: 'attributed', state: { uid, resourceVersion } });
    });
    parts.metrics.joinedBy(() => measuresOf(pool));
    return pool.start();
  }

  /** How many of them answer. */
  get summary(): string {
    return `${this.#listening} answer${this.#listening === 1 ? 's' : ''}`;
  }

  /** For the readiness: without a worker nobody is answered. */
  check(): Promise<void> {
    return this.#listening > 0 ? Promise.resolve() : Promise.reject(new Error('no worker answers'));
  }

  get #listening(): number {
    return this.#running?.pool.serving.filter(({ isListening }) => isListening).length ?? 0;
  }

  renewCertificate(): void {
    this.#running?.pool.tell({ kind: 'renewCertificate' });
  }

  /** What is answered may end by itself until `late`; then no worker is left. */
  async stop(late: AbortSignal): Promise<void> {
    if (this.#running === undefined) return;
    const { pool, door, looks, removeFolder } = this.#running;
    clearInterval(looks);
    await pool.stop(late);
    await door.close();
    removeFolder();
  }

  #hear(parts: WorkersParts, message: ToMain, from: WorkerHandle): void {
    switch (message.kind) {
      case 'entries':
        void this.#appended(message.entries).then((fates) => from.send({ kind: 'fates', fates }));
        return;
      case 'marked':
        this.#running?.barrier.marked(from, message.mark);
        return;
      case 'question':
        void this.#answered(parts, message).then((answer) => from.send(answer));
        return;
      default:
    }
  }

  async #appended(entries: readonly PassedEntry[]): Promise<readonly EntryFate[]> {
    return (await this.#running?.intake.append(entries)) ?? [];
  }

  /** Never rejects. */
  async #answered(
    { secretHistory: history, sandbox, refusals }: WorkersParts,
    { id, question }: Extract<ToMain, { kind: 'question' }>,
  ): Promise<ToWorker> {
    try {
      switch (question.name) {
        case 'describe':
          return { kind: 'answer', id, value: await history.describe(question.of) };
        case 'material':
          return { kind: 'answer', id, value: await sandbox?.read() };
        case 'refused':
          return { kind: 'answer', id, value: await answeredInstead(refusals, question.of) };
        default:
          await this.#running?.barrier.pass();
          return { kind: 'answer', id, value: undefined };
      }
    } catch (error) {
      return { kind: 'refused', id, reason: toSallyportError(error).code };
    }
  }
}

/** Undefined where the refusal itself is answered. */
async function answeredInstead(
  refusals: WorkersParts['refusals'],
  { caller, error, names }: Questions['refused']['of'],
): Promise<SentRefusal | undefined> {
  const given = refusalOf(error);
  const answered = await refusals.recordedAnonymously(caller, given, names);
  return answered === given ? undefined : sentRefusal(answered);
}

/** Counters of those that say them in time. */
async function measuresOf(pool: WorkerPool): Promise<readonly MetricsSnapshot[]> {
  const found = await Promise.all(pool.serving.map((worker) => worker.measure()));
  return found.filter((snapshot) => snapshot !== undefined);
}
