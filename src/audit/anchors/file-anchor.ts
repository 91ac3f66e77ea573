import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { limits } from '../../core/limits.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import { OneAtATime } from '../one-at-a-time.js';
import {
  type AnchorCall,
  AnchorFailed,
  type AnchorPut,
  type ReadableAnchor,
  isThere,
} from './anchor.js';
import type { AnchoredTree } from './domain/anchored-tree.js';
import { anchorRecord, anchoredTrees, closingOf, heldTrees } from './domain/anchor-records.js';

/** A file that checkpoints are appended to, each on disk before it counts. */
export class FileAnchor implements ReadableAnchor {
  readonly place: string;
  readonly #path: string;
  readonly #file = new OneAtATime();

  constructor(path: string) {
    this.#path = path;
    this.place = `file:${path}`;
  }

  put(checkpoint: StoredCheckpoint, options: AnchorPut): Promise<void> {
    const { signal, accepted } = options;
    return this.#alone(signal, async () => {
      const handle = await this.#open();
      try {
        const tail = await tailOf(handle);
        const last = heldTrees(anchoredTrees(tail), accepted).at(-1);
        if (await isThere(last, checkpoint, options)) return;
        // In one piece, so that records of several processes do not mix.
        await handle.appendFile(closingOf(tail) + anchorRecord(checkpoint.note));
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  /** Those in the end of the file: as many as are read at all. */
  held({ signal, accepted }: AnchorCall): Promise<readonly AnchoredTree[]> {
    return this.#alone(signal, async () => {
      const handle = await open(this.#path, 'r').catch(ignoreAbsent);
      if (handle === undefined) return [];
      try {
        return heldTrees(anchoredTrees(await tailOf(handle)), accepted);
      } finally {
        await handle.close();
      }
    });
  }

  async #open(): Promise<FileHandle> {
    const known = await open(this.#path, 'r+').catch(ignoreAbsent);
    await known?.close();
    const folder = dirname(this.#path);
    if (known === undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(this.#path, 'a+', 0o600);
    if (known === undefined) await syncFolder(folder);
    return handle;
  }

  async #alone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#file.run(signal, work);
    } catch (error) {
      if (error instanceof AnchorFailed) throw error;
      const { code, name } = error as NodeJS.ErrnoException;
      throw new AnchorFailed(`the file cannot be used (${code ?? name})`, { cause: error });
    }
  }
}

async function tailOf(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat();
  const from = Math.max(0, size - limits.auditAnchorTailBytesMax);
  const bytes = Buffer.alloc(size - from);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead).toString('utf8');
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
