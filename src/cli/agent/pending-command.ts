import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { hash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../output/system-error.js';

const HASH_CHARACTERS = 12;

/**
 * Mark that the command is owed for files that were replaced. It is a file next to the first one,
 * so that a crash between files and command does not lose the command. Its name is made of that of
 * the first file: agents with files in one folder have different marks.
 */
export class PendingCommand {
  readonly #path: string;

  constructor(firstFile: string) {
    const name = hash('sha256', basename(firstFile), 'hex').slice(0, HASH_CHARACTERS);
    this.#path = join(dirname(firstFile), `.sallyport-agent-pending-${name}`);
  }

  get isSet(): boolean {
    return lstatSync(this.#path, { throwIfNoEntry: false }) !== undefined;
  }

  /** Creates the mark. Others may write to the folder: no link is followed. */
  set(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    try {
      const descriptor = openSync(this.#path, 'wx', 0o600);
      fsyncSync(descriptor);
      closeSync(descriptor);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }

  clear(): void {
    rmSync(this.#path, { force: true });
  }
}
