import { write } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { limits } from '../../core/limits.js';
import type { SinkEntry } from './domain/sink-entry.js';
import { lineGroups } from './domain/json-lines.js';
import { type Delivery, type Sink, TAKEN } from './sink.js';
import { within } from '../../core/within.js';

const STDOUT = 1;
const FULL_WAIT_MS = 20;
const writeSome = promisify(write);

/**
 * Sink that writes an event a line to standard output, as fast as its reader accepts them. It does
 * not use `process.stdout`, with which a stopped reader could block the gateway.
 * https://nodejs.org/docs/latest-v24.x/api/process.html#a-note-on-process-io
 */
export class StdoutSink implements Sink {
  readonly name: string;
  readonly #descriptor: number;
  #running: Promise<unknown> = Promise.resolve();
  /** Remaining bytes of lines that were begun. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(name: string, descriptor = STDOUT) {
    this.name = name;
    this.#descriptor = descriptor;
  }

  async deliver(entries: readonly SinkEntry[], signal: AbortSignal): Promise<Delivery> {
    const deadline = AbortSignal.timeout(limits.auditSinkAnswerMsMax);
    const ended = AbortSignal.any([signal, deadline]);
    const running = this.#running.then(() => this.#writeLines(entries, ended));
    this.#running = running.catch(() => undefined);
    try {
      await within(ended, running);
      return TAKEN;
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      const reason = `standard output takes nothing (${code ?? name})`;
      return { kind: 'failed', reason, isAnswered: false };
    }
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #writeLines(entries: readonly SinkEntry[], signal: AbortSignal): Promise<void> {
    await this.#writeRest(signal);
    for (const group of lineGroups(entries)) {
      this.#rest = group;
      await this.#writeRest(signal);
    }
  }

  async #writeRest(signal: AbortSignal): Promise<void> {
    while (this.#rest.length > 0) {
      signal.throwIfAborted();
      try {
        const { bytesWritten } = await writeSome(this.#descriptor, this.#rest);
        this.#rest = this.#rest.subarray(bytesWritten);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await wait(FULL_WAIT_MS, undefined, { signal });
      }
    }
  }
}
