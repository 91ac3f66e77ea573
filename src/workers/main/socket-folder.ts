import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workerLimits } from '../../core/worker-limits.js';

/** Where the socket is that workers pass requests on by; nobody else may enter its folder. */
export interface SocketFolder {
  readonly path: string;
  /** Also of what a process has left there that was killed. */
  remove(): void;
}

/** In the data folder; a folder of its own among temporary files where that path is too long. */
export function openSocketFolder(dataDir: string): SocketFolder {
  const folder = resolve(dataDir, 'workers');
  const path = join(folder, 'main.sock');
  if (Buffer.byteLength(path) <= workerLimits.socketPathBytesMax) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
    return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
  }
  // Made with mode 0700, under a name that nobody could know before.
  const other = mkdtempSync(join(tmpdir(), 'sallyport-workers-'));
  return {
    path: join(other, 'main.sock'),
    remove: () => rmSync(other, { recursive: true, force: true }),
  };
}
