/** Signals that end a program, and that users and systems send. */
export const endSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** Signals that a program gets from the one that has started it. */
export const passedSignals: readonly NodeJS.Signals[] = [...endSignals, 'SIGUSR1', 'SIGUSR2'];

/** Signals that this process has received, until `end`: none of them ends the process meanwhile. */
export class ReceivedSignals {
  readonly #signals: readonly NodeJS.Signals[];
  readonly #receive: (signal: NodeJS.Signals) => void;

  constructor(signals: readonly NodeJS.Signals[], receive: (signal: NodeJS.Signals) => void) {
    this.#signals = signals;
    this.#receive = receive;
    for (const signal of signals) process.on(signal, this.#receive);
  }

  end(): void {
    for (const signal of this.#signals) process.off(signal, this.#receive);
  }
}
