import { Interrupted } from '../signals/interrupted.js';
import { endSignals, passedSignals, ReceivedSignals } from '../signals/received-signals.js';
import type { Terminal } from '../terminal.js';
import type { ReadValues } from '../values/read-values.js';
import { Child } from './child.js';
import type { WatchPlan } from './run-plan.js';
import { isSameRun, type RunValues, runValues, type WantedRun } from './run-values.js';
import { ValueFolder } from './value-folder.js';

/** Signals after which a program is not started again. */
const ends: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGQUIT'];

export interface ProgramSettings {
  readonly program: string;
  readonly args: readonly string[];
  readonly wanted: WantedRun;
  readonly terminal: Terminal;
}

/** Program with values, which gets the signals of this process, and is started again on demand. */
export class RunningProgram {
  readonly #settings: ProgramSettings;
  readonly #interruption = new AbortController();
  readonly #signals: ReceivedSignals;
  #folder: ValueFolder | undefined;
  #child: Child | undefined;
  #given: RunValues | undefined;
  #isReplacing = false;
  #isEnding = false;

  constructor(settings: ProgramSettings) {
    this.#settings = settings;
    // Before the program and its files are there: a signal in between would leave them.
    this.#signals = new ReceivedSignals(passedSignals, (signal) => this.#receive(signal));
  }

  /** Aborted with Interrupted if a signal comes before the program is started. */
  get interrupted(): AbortSignal {
    return this.#interruption.signal;
  }

  /** Exit code of the program; the promise is pending before the start. */
  get exited(): Promise<number> {
    return this.#child?.exited ?? Promise.withResolvers<number>().promise;
  }

  /** Starts the program. Throws UsageError if a value cannot be given. */
  start(values: ReadValues): void {
    this.#give(runValues(this.#settings.wanted, values));
    this.#startChild();
  }

  /**
   * Gives the program a later state, if the state is another one to the program. Throws UsageError
   * or an error of the system, with the program as it was, if a value cannot be given. Returns
   * whether the program was started again.
   */
  async replace(
    values: ReadValues,
    { onChange, stopLimitMs }: Pick<WatchPlan, 'onChange' | 'stopLimitMs'>,
  ): Promise<boolean> {
    const next = runValues(this.#settings.wanted, values);
    const isSame = this.#given !== undefined && isSameRun(this.#given, next);
    if (isSame || this.#isEnding) return false;
    // Before the program is stopped: files may fail.
    this.#give(next);
    if (onChange !== 'restart') {
      this.#child?.send(onChange);
      return false;
    }
    this.#isReplacing = true;
    await this.#child?.stop(stopLimitMs);
    this.#isReplacing = false;
    if (this.#isEnding) return false;
    this.#startChild();
    return true;
  }

  async stop(limitMs: number): Promise<void> {
    await this.#child?.stop(limitMs);
  }

  /** Removes the files; later signals do what they do to any process. */
  end(): void {
    this.#folder?.remove();
    this.#signals.end();
  }

  #give(values: RunValues): void {
    if (this.#settings.wanted.asFiles) {
      this.#folder ??= new ValueFolder(this.#settings.terminal);
      this.#folder.replace(values.files);
    }
    this.#given = values;
  }

  #startChild(): void {
    const { program, args, terminal } = this.#settings;
    const files = this.#folder && { SALLYPORT_FILES: this.#folder.path };
    const env = { ...terminal.env, ...files, ...this.#given?.variables };
    this.#child = new Child({ program, args, env }, terminal);
  }

  #receive(signal: NodeJS.Signals): void {
    const child = this.#child;
    if (child === undefined) {
      this.#interruption.abort(new Interrupted(signal));
      return;
    }
    // While the program is replaced, no program can handle the others.
    const isLast = (this.#isReplacing ? endSignals : ends).includes(signal);
    this.#isEnding ||= isLast;
    // The terminal sends an interrupt to all processes in its foreground.
    const isSent = signal === 'SIGINT' && this.#settings.terminal.isInputTerminal;
    if (!isSent) child.send(signal);
  }
}
