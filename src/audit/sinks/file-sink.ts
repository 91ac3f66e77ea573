import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { limits } from '../../core/limits.js';
import type { SinkEntry } from './domain/sink-entry.js';
import { lineOf } from './domain/json-lines.js';
import { isFull, rotationMoves } from './domain/rotation.js';
import { type Delivery, type Sink, TAKEN } from './sink.js';
import { SerialQueue } from '../serial-queue.js';

export interface FileSinkSettings {
  readonly path: string;
  readonly maxBytes: number;
  readonly keep: number;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly identity: string;
  sizeBytes: number;
}

const LINE_FEED = 0x0a;

/** Sink that appends an event a line. A full file is renamed; a moved file is recreated. */
export class FileSink implements Sink {
  readonly name: string;
  readonly #settings: FileSinkSettings;
  #file: OpenFile | undefined;
  readonly #touching = new SerialQueue();

  constructor(name: string, settings: FileSinkSettings) {
    this.name = name;
    this.#settings = settings;
  }

  async deliver(entries: readonly SinkEntry[], signal: AbortSignal): Promise<Delivery> {
    try {
      await this.#alone(signal, () => this.#append(entries));
      return TAKEN;
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      const reason = `the file cannot be written (${code ?? name})`;
      return { kind: 'failed', reason, isAnswered: false };
    }
  }

  async settle(): Promise<void> {
    const deadline = AbortSignal.timeout(limits.auditSinkAnswerMsMax);
    await this.#alone(deadline, () => this.#file?.handle.sync() ?? Promise.resolve());
  }

  async close(): Promise<void> {
    const deadline = AbortSignal.timeout(limits.auditSinkStopMsMax);
    await this.#alone(deadline, () => this.#closeFile()).catch(() => undefined);
  }

  #alone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.auditSinkAnswerMsMax)]);
    return this.#touching.run(deadline, work);
  }

  async #append(entries: readonly SinkEntry[]): Promise<void> {
    const { maxBytes } = this.#settings;
    let lines: Buffer[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (bytes > 0) await this.#write(Buffer.concat(lines));
      lines = [];
      bytes = 0;
    };
    const file = await this.#current();
    let sizeBytes = file.sizeBytes;
    for (const line of entries.map(lineOf)) {
      if (isFull(sizeBytes, line.length, maxBytes)) {
        await flush();
        await this.#rotate();
        sizeBytes = 0;
      }
      lines.push(line);
      bytes += line.length;
      sizeBytes += line.length;
    }
    await flush();
  }

  async #write(bytes: Buffer): Promise<void> {
    const file = await this.#current();
    try {
      await file.handle.appendFile(bytes);
      file.sizeBytes += bytes.length;
    } catch (error) {
      // Half of it may be written: after reopening, the line is ended first.
      await this.#closeFile().catch(() => undefined);
      throw error;
    }
  }

  /** Returns the file at the path, which may have been replaced. */
  async #current(): Promise<OpenFile> {
    const { path } = this.#settings;
    if (this.#file !== undefined && (await identityOf(path)) === this.#file.identity) {
      return this.#file;
    }
    await this.#closeFile();
    const handle = await open(path, 'a+', 0o600);
    try {
      const { size, dev, ino } = await handle.stat();
      const sizeBytes = size + (await closeOffLine(handle, size));
      if (size === 0) await syncFolder(path);
      this.#file = { handle, identity: `${dev}:${ino}`, sizeBytes };
      return this.#file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #rotate(): Promise<void> {
    const { path, keep } = this.#settings;
    await this.#file?.handle.sync();
    await this.#closeFile();
    for (const { from, to } of rotationMoves(path, keep)) {
      if (to === undefined) await rm(from, { force: true });
      else await rename(from, to).catch(ignoreAbsent);
    }
    await syncFolder(path);
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }
}

/** Ends a half line after a crash, so that the next line is separate. Returns bytes added. */
async function closeOffLine(handle: FileHandle, size: number): Promise<number> {
  if (size === 0) return 0;
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] === LINE_FEED) return 0;
  await handle.appendFile('\n');
  return 1;
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev}:${ino}`;
  } catch (error) {
    ignoreAbsent(error);
    return undefined;
  }
}

function ignoreAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
