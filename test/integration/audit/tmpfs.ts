import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../services/programs.js';
import { temporaryDir } from './audit-fixture.js';

/** A small file system of its own; needs root, as the test environment has. */
export class Tmpfs {
  readonly path: string;
  readonly #remove: () => void;
  #isReadOnly = false;

  constructor(sizeMegabytes: number) {
    const folder = temporaryDir();
    this.path = folder.path;
    this.#remove = folder.remove;
    const mount = findProgram('mount', 'mount');
    execFileSync(mount, ['-t', 'tmpfs', '-o', `size=${sizeMegabytes}m`, 'tmpfs', this.path]);
  }

  /** Leaves so many megabytes free, none if absent, also of blocks that were given back since. */
  fill(leftMegabytes = 0): void {
    const { bavail, bsize } = statfsSync(this.path);
    const bytes = Number(bavail) * Number(bsize) - leftMegabytes * 1024 * 1024;
    try {
      appendFileSync(join(this.path, 'ballast'), Buffer.alloc(bytes, 1));
    } catch (error) {
      // Somebody else took a block meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }

  drain(): void {
    rmSync(join(this.path, 'ballast'));
  }

  /**
   * Read-only as whoever opens or checks a path sees it. The kernel refuses to remount while a file
   * is open for writing, so the folder is mounted over itself: from another place, where nobody
   * opens a file before the mount is read-only.
   */
  makeReadOnly(): void {
    const aside = temporaryDir();
    execFileSync('mount', ['--bind', this.path, aside.path]);
    execFileSync('mount', ['-o', 'remount,bind,ro', aside.path]);
    execFileSync('mount', ['--bind', aside.path, this.path]);
    execFileSync('umount', [aside.path]);
    aside.remove();
    this.#isReadOnly = true;
  }

  makeWritable(): void {
    execFileSync('umount', [this.path]);
    this.#isReadOnly = false;
  }

  unmount(): void {
    if (this.#isReadOnly) this.makeWritable();
    execFileSync('umount', ['-l', this.path]);
    this.#remove();
  }
}
