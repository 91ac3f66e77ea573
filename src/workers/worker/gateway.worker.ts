import 'reflect-metadata';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import { limits } from '../../core/limits.js';
import type { CacheNote, FailedAt, ToMain, ToWorker, WorkerStart } from '../messages.js';
import { MainLink } from './main-link.js';
import { type WorkerGateway, openWorkerGateway } from './worker-gateway.js';

const EXIT_FAILURE = 1;

// The main process says when to stop: a Ctrl-C reaches all of a group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

/** What a worker is told, in its order; nothing is answered before all of it was heard. */
class WorkerProcess {
  readonly #link: MainLink;
  #opening: Promise<WorkerGateway> | undefined;
  #gateway: WorkerGateway | undefined;
  /** What came while the cache was made. */
  readonly #early: ToWorker[] = [];

  constructor(link: MainLink) {
    this.#link = link;
    link.listen((message) => this.#hear(message));
  }

  #hear(message: ToWorker): void {
    if (message.kind === 'start') this.#open(message);
    else if (message.kind === 'stop') void this.#stop();
    else if (this.#gateway === undefined) this.#early.push(message);
    else this.#do(this.#gateway, message);
  }

  #open(start: WorkerStart): void {
    this.#opening = openWorkerGateway(start, this.#link);
    this.#opening.then(
      (gateway) => {
        this.#gateway = gateway;
        for (const message of this.#early.splice(0)) this.#do(gateway, message);
        this.#link.send({ kind: 'ready' });
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #do(gateway: WorkerGateway, message: ToWorker): void {
    switch (message.kind) {
      case 'listen':
        gateway.listeners.listen().then(
          (listening) => this.#link.send({ kind: 'listening', ...listening }),
          (error: unknown) => this.#fail(error),
        );
        return;
      case 'fates':
        gateway.events.settle(message.fates);
        return;
      case 'note':
        take(gateway.cache, message.note);
        return;
      case 'attributed':
        gateway.history.attributed(message.state);
        return;
      case 'mark':
        this.#link.send({ kind: 'marked', mark: message.mark });
        return;
      case 'measure':
        void this.#measure(gateway, message.id);
        return;
      case 'renewCertificate':
        gateway.listeners.renewCertificate();
        return;
      default:
    }
  }

  async #measure({ metrics }: WorkerGateway, id: number): Promise<void> {
    const measured: ToMain = { kind: 'measured', id, snapshot: await metrics.snapshot() };
    this.#link.send(measured);
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : 'unknown';
    const { code, port, address } = error as FailedAt;
    const at = { ...(code && { code }), ...(port && { port }), ...(address && { address }) };
    this.#link.send({ kind: 'failed', reason, ...at });
  }

  async #stop(): Promise<void> {
    await this.#gateway?.stop(AbortSignal.timeout(limits.shutdownMsMax));
    process.exit(0);
  }
}

function take(cache: SecretCache, note: CacheNote): void {
  if (note.kind === 'wrote') cache.wrote(note.ref, note.resourceVersion);
  else if (note.kind === 'removed') cache.removed(note.ref, note.uid);
  else cache.unsure(note.of);
}

if (process.send === undefined) process.exit(EXIT_FAILURE);
void new WorkerProcess(
  new MainLink({
    // Whoever is gone hears nothing; that it is ends this process as well.
    send: (message) => process.send?.(message, undefined, undefined, () => undefined),
    on: (event, listener) => process.on(event, listener),
  }),
);
