import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import type { Outbox } from '../sinks/outbox.js';
import type { CheckpointStore } from './checkpoint-store.js';
import { redundantSizes, thinnedBeforeMs } from './domain/thin-checkpoints.js';

export interface ThinnerDependencies {
  readonly store: CheckpointStore;
  /** Stores the position of thinning, and which process thins. */
  readonly outbox: Pick<Outbox, 'lease' | 'advance'>;
  /** Reports a condition that an operator must know, once. */
  readonly onAlarm: (message: string) => void;
}

/** The thinner's row in the outbox; no receiver and no anchor has such a name. */
const ROW = '@checkpoints';

/** Background deletion of old checkpoints that nothing relies on. */
export class CheckpointThinner {
  readonly #dependencies: ThinnerDependencies;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(dependencies: ThinnerDependencies) {
    this.#dependencies = dependencies;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends between two statements. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Thins everything old enough; does nothing while another process thins. */
  async thin(): Promise<void> {
    const { store, outbox } = this.#dependencies;
    const { signal } = this.#stopping;
    let done = await outbox.lease(ROW, 0);
    const beforeMs = thinnedBeforeMs(await store.nowMs());
    while (done !== undefined) {
      signal.throwIfAborted();
      const found = await store.beside(done, limits.auditThinCheckpointsReadMax);
      const old = found.findLastIndex(({ signedMs }) => signedMs < beforeMs);
      // Whether the last checkpoint is redundant depends on its successor.
      const compared = found.slice(0, old + 2);
      const last = compared.at(-2);
      if (last === undefined || last.size <= done) return;
      const first = compared[0]?.size ?? 0;
      const to = await store.sizeSince(last.size, last.signedMs + limits.auditAnchorRecordedMsMax);
      await store.remove(redundantSizes(compared, await store.reliedOn(first, to, signal)), signal);
      done = (await outbox.advance(ROW, last.size)) ? last.size : undefined;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await wait(limits.auditThinEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.thin().then(
        () => (this.#failures = 0),
        (error: unknown) => this.#failed(error),
      );
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#stopping.signal.aborted || this.#failures !== limits.auditThinFailuresTold) return;
    const reason = error instanceof Error ? error.message : 'unknown';
    this.#dependencies.onAlarm(`old checkpoints of the audit log are not thinned: ${reason}`);
  }
}
