import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StoredCheckpoint } from '../log/log-store.js';
import { SerialQueue } from '../serial-queue.js';
import {
  type AnchorBefore,
  type AnchorCall,
  AnchorFailed,
  type AnchorPut,
  AnchorUnread,
  type ReadableAnchor,
  isThere,
} from './anchor.js';
import { anchorRecord, closingOf } from './domain/anchor-records.js';
import { type AnchorReading, AnchorSearch, type VerifiedRecords } from './domain/anchor-search.js';
import { heldNotes, largestOf } from './domain/given-up.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
/** A writer of the folder chooses the file: a pipe would block, and a link leads elsewhere. */
const CAREFUL = O_NOFOLLOW | O_NONBLOCK;
/** The longest end of a file that determines how to end a record. */
const CLOSING_BYTES = 2;

export interface FileAnchorOptions {
  /** If absent, a missing folder is a failure: a file system that is not mounted, for example. */
  readonly createsFolder?: boolean;
}

/** Reasons why an anchor cannot be used, by the code of the system's error. */
const REASONS: Readonly<Record<string, string>> = {
  ELOOP: 'it is a symbolic link',
  EISDIR: 'it is no regular file',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
};

/** File that checkpoints are appended to, each on disk before it counts. */
export class FileAnchor implements ReadableAnchor {
  readonly place: string;
  readonly #path: string;
  readonly #createsFolder: boolean;
  readonly #file = new SerialQueue();
  /** State of the file, and the keys, when nothing was found in it: not read again. */
  #unread: string | undefined;
  /** Records of the previous search by equal keys: most are still in the file. */
  #known: VerifiedRecords = new Map();
  #keys = '';

  constructor(path: string, { createsFolder = false }: FileAnchorOptions = {}) {
    this.#path = path;
    this.#createsFolder = createsFolder;
    this.place = `file:${path}`;
  }

  put(checkpoint: StoredCheckpoint, options: AnchorPut): Promise<AnchorBefore> {
    return this.#alone(options.signal, async () => {
      const handle = await this.#openToAppend();
      try {
        const { notes, strange } = await this.#read(handle, options, false);
        const held = heldNotes(notes, options.accepted);
        const largest = largestOf(held);
        const before = { ...(largest && { largest }), ...(strange !== undefined && { strange }) };
        if (await isThere(held, checkpoint, options)) return before;
        const closing = closingOf(await endOf(handle));
        // In one write, so that records of several processes do not mix.
        await handle.appendFile(closing + anchorRecord(checkpoint.note));
        await handle.sync();
        return before;
      } finally {
        await handle.close();
      }
    });
  }

  /** Returns the checkpoints in the end of the file: as many as are read at all. */
  held(call: AnchorCall): Promise<AnchorReading> {
    return this.#alone(call.signal, async () => {
      const handle = await open(this.#path, O_RDONLY | CAREFUL).catch(ignoreAbsent);
      if (handle === undefined) {
        if (!this.#createsFolder) await stat(dirname(this.#path));
        return { notes: [] };
      }
      try {
        const { notes, strange } = await this.#read(handle, call, true);
        const held = heldNotes(notes, call.accepted);
        return { notes: held, ...(strange !== undefined && { strange }) };
      } finally {
        await handle.close();
      }
    });
  }

  /** Reads the file. Throws AnchorUnread if it has contents, but no checkpoint of this log. */
  async #read(
    handle: FileHandle,
    { verifiers, signal }: AnchorCall,
    isWhole: boolean,
  ): Promise<AnchorReading> {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new AnchorFailed('it is no regular file');
    const { ino, size, mtimeMs } = stats;
    const keys = verifiers.map(({ vkey }) => vkey).join(' ');
    const version = [ino, size, mtimeMs, keys].join(' ');
    if (version === this.#unread) throw new AnchorUnread();
    if (keys !== this.#keys) this.#known = new Map();
    this.#keys = keys;
    const search = new AnchorSearch({ size, verifiers, isWhole, known: this.#known });
    for (let span = search.next; span !== undefined; span = search.next) {
      signal.throwIfAborted();
      const bytes = Buffer.alloc(span.to - span.from);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, span.from);
      search.take(bytes.subarray(0, bytesRead));
    }
    const { reading, verified } = search;
    this.#known = verified;
    this.#unread = reading === undefined ? version : undefined;
    if (reading === undefined) throw new AnchorUnread();
    return reading;
  }

  async #openToAppend(): Promise<FileHandle> {
    const known = await lstat(this.#path).catch(ignoreAbsent);
    const folder = dirname(this.#path);
    const isNew = known === undefined;
    if (isNew && this.#createsFolder) await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(this.#path, O_RDWR | O_APPEND | O_CREAT | CAREFUL, 0o600);
    if (isNew) await syncFolder(folder);
    return handle;
  }

  async #alone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#file.run(signal, work);
    } catch (error) {
      if (error instanceof AnchorFailed) throw error;
      const { code, name } = error as NodeJS.ErrnoException;
      const reason = REASONS[code ?? ''] ?? code ?? name;
      throw new AnchorFailed(`the file cannot be used (${reason})`, { cause: error });
    }
  }
}

async function endOf(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(Math.min(size, CLOSING_BYTES));
  await handle.read(bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString('latin1');
}

function ignoreAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
