import { Interrupted } from '../signals/interrupted.js';
import { endSignals, ReceivedSignals } from '../signals/received-signals.js';

export interface InterruptibleWork<T> {
  readonly run: (signal: AbortSignal) => Promise<T>;
  /** Removes what must not stay, without waiting. It may be called more than once. */
  readonly clean: () => void;
  /** Reports whether a signal is for another program, such as an interrupt for the editor. */
  readonly ignores: (signal: NodeJS.Signals) => boolean;
}

/**
 * Runs work, and cleans up at its end, however it ends. A signal aborts the work, and then ends
 * this process as it would have without the work; a second one does not wait for the work.
 */
export async function interruptibly<T>({ run, clean, ignores }: InterruptibleWork<T>): Promise<T> {
  const ending = new AbortController();
  const signals = new ReceivedSignals(endSignals, (signal) => {
    if (ignores(signal)) return;
    if (ending.signal.aborted) endBy(signal);
    else ending.abort(new Interrupted(signal));
  });
  const endBy = (signal: NodeJS.Signals): void => {
    clean();
    signals.end();
    process.kill(process.pid, signal);
  };
  process.on('exit', clean);
  try {
    return await run(ending.signal);
  } finally {
    clean();
    process.off('exit', clean);
    signals.end();
    const reason: unknown = ending.signal.reason;
    if (reason instanceof Interrupted) process.kill(process.pid, reason.signal);
  }
}
