import type { CommandIo } from './command.js';

const EVERY_MS = 1_000;
const TERMINAL_EVERY_MS = 200;

/** Reports the progress of long work; reports nothing about short work. */
export class Progress {
  readonly #io: CommandIo;
  readonly #isQuiet: boolean;
  readonly #what: string;
  readonly #startedMs = performance.now();
  #toldMs = this.#startedMs;
  #isOpen = false;

  constructor(
    io: CommandIo,
    { isQuiet, what }: { readonly isQuiet: boolean; readonly what: string },
  ) {
    this.#io = io;
    this.#isQuiet = isQuiet;
    this.#what = what;
  }

  tell(done: number, total: number): void {
    const nowMs = performance.now();
    const everyMs = this.#io.isTerminal ? TERMINAL_EVERY_MS : EVERY_MS;
    if (this.#isQuiet || nowMs - this.#toldMs < everyMs) return;
    this.#toldMs = nowMs;
    const perSecond = Math.round((done * 1_000) / (nowMs - this.#startedMs));
    const part = total === 0 ? 0 : Math.floor((done * 100) / total);
    const text = `${part} %: ${done} of ${total} ${this.#what}, ${perSecond}/s`;
    this.#io.err(this.#io.isTerminal ? `\r${text}   ` : `${text}\n`);
    this.#isOpen = this.#io.isTerminal;
  }

  /** Ends the line, so that the next output begins a new line. */
  end(): void {
    if (this.#isOpen) this.#io.err('\n');
    this.#isOpen = false;
  }
}
