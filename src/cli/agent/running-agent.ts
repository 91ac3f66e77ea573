import { setTimeout as delay } from 'node:timers/promises';
import type { Sallyport } from '@sallyport/client';
import { failureOf } from '../exit-code.js';
import { codeOf } from '../output/system-error.js';
import { Changes } from '../values/changes.js';
import { ValuesFollower } from '../values/follow-values.js';
import type { ReadValues } from '../values/read-values.js';
import { waitSecondsFor } from '../values/wait-seconds.js';
import type { ValuesRequest } from '../values/wanted-values.js';
import type { AgentConfig } from './agent-config.js';
import { AgentMetrics } from './agent-metrics.js';
import { runCommand } from './change-command.js';
import { KeptFiles, RoundFailure } from './file-round.js';
import { PendingCommand } from './pending-command.js';
import { ReadyFile } from './ready-file.js';
import { StatusServer } from './status-server.js';

const READY_EVERY_MS = 500;
const FIRST_RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

export interface AgentParts {
  readonly gateway: Sallyport;
  readonly requests: readonly ValuesRequest[];
  readonly config: AgentConfig;
  readonly log: (text: string) => void;
}

/** Keeps files up to date, and runs a command after changes. */
export class RunningAgent {
  readonly #parts: AgentParts;
  readonly #changes = new Changes();
  readonly #follower: ValuesFollower;
  readonly #metrics: AgentMetrics;
  readonly #readyFile: ReadyFile;
  readonly #pending: PendingCommand | undefined;
  readonly #files: KeptFiles;
  #isUpToDate = false;
  #failedRounds = 0;
  #isReadinessShown = true;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    const { gateway, requests, config } = parts;
    const waitSeconds = waitSecondsFor(config.maxStaleMs);
    this.#follower = new ValuesFollower(
      { gateway, requests, waitSeconds },
      {
        changed: (values) => this.#changes.note(values),
        failed: (what, error, isFirst) => this.#readFailed(what, error, isFirst),
      },
    );
    this.#metrics = new AgentMetrics({
      ageMs: () => this.#follower.ageMs,
      isReady: () => this.isReady,
    });
    this.#readyFile = new ReadyFile(config.readyFile);
    const [first] = config.files;
    this.#pending = config.onChange && first && new PendingCommand(first.path);
    this.#files = new KeptFiles(config.files, this.#pending);
  }

  /** Whether all files are of a state that the gateway has confirmed in time. */
  get isReady(): boolean {
    const { maxStaleMs = Infinity } = this.#parts.config;
    return this.#isUpToDate && (this.#follower.ageMs ?? Infinity) <= maxStaleMs;
  }

  /** Runs until the signal is aborted. The files stay; the file of the readiness does not. */
  async run(signal: AbortSignal): Promise<void> {
    const { listen } = this.#parts.config;
    const state = { isReady: () => this.isReady, metrics: () => this.#metrics.text() };
    const server = listen && (await StatusServer.listen(listen, state));
    if (server) this.#parts.log(`listening on http://${server.address}`);
    const timer = setInterval(() => this.#showReadiness(), READY_EVERY_MS);
    const following = this.#follower.run(signal);
    try {
      await this.#work(signal);
      await following;
    } finally {
      clearInterval(timer);
      server?.close();
      this.#isUpToDate = false;
      this.#showReadiness();
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    let values: ReadValues | undefined;
    signal.addEventListener('abort', () => this.#changes.wake(), { once: true });
    while (!signal.aborted) {
      const isChanged = await this.#nextRound(signal);
      if (isChanged && values !== undefined) await pause(this.#parts.config.debounceMs, signal);
      values = this.#changes.take() ?? values;
      if (values !== undefined && !signal.aborted) await this.#round(values, signal);
    }
  }

  /** Waits for other values, or for the time to look after the files; returns which of them. */
  async #nextRound(signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const changed = this.#changes.next.then(() => true);
    const isChanged = await Promise.race([changed, this.#pause(either).then(() => false)]);
    over.abort();
    return isChanged;
  }

  #pause(signal: AbortSignal): Promise<void> {
    if (this.#failedRounds === 0) return pause(this.#parts.config.recheckMs, signal);
    const most = Math.min(FIRST_RETRY_MS * 2 ** (this.#failedRounds - 1), RETRY_MS_MAX);
    return pause(most / 2 + (Math.random() * most) / 2, signal);
  }

  /** Writes files, and runs the command if it is owed. All of it is repeated if a part fails. */
  async #round(values: ReadValues, signal: AbortSignal): Promise<void> {
    const { log } = this.#parts;
    try {
      for (const path of this.#files.write(values)) {
        this.#metrics.filesWritten.inc();
        log(`${path} is written`);
      }
      await this.#runPending(signal);
      this.#failedRounds = 0;
      this.#isUpToDate = true;
    } catch (error) {
      if (signal.aborted) return;
      this.#failedRounds += 1;
      this.#isUpToDate = false;
      this.#metrics.failures.inc({ kind: error instanceof RoundFailure ? error.kind : 'command' });
      log(`${(error as Error).message}; the agent tries again`);
    }
    this.#showReadiness();
  }

  async #runPending(signal: AbortSignal): Promise<void> {
    const { onChange } = this.#parts.config;
    if (onChange === undefined || this.#pending?.isSet !== true) return;
    try {
      await runCommand(onChange, signal);
    } catch (error) {
      this.#metrics.commands.inc({ result: 'failed' });
      throw error;
    }
    this.#metrics.commands.inc({ result: 'done' });
    this.#pending.clear();
  }

  #readFailed(what: string, error: unknown, isFirst: boolean): void {
    this.#metrics.failures.inc({ kind: 'read' });
    if (isFirst) this.#parts.log(`${what}: ${failureOf(error).message}; the agent tries again`);
  }

  #showReadiness(): void {
    try {
      this.#readyFile.show(this.isReady);
      this.#isReadinessShown = true;
    } catch (error) {
      const reason = `the file of the readiness cannot be written: ${codeOf(error)}`;
      if (this.#isReadinessShown) this.#parts.log(reason);
      this.#isReadinessShown = false;
    }
  }
}

/** Waits, at most until the signal is aborted. */
async function pause(timeMs: number, signal: AbortSignal): Promise<void> {
  await delay(timeMs, undefined, { signal }).catch(() => undefined);
}
