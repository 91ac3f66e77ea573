import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** File that exists while all files are up to date, for probes and scripts. */
export class ReadyFile {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Creates or removes the file, if it is not as it should be. Throws errors of the system. */
  show(isReady: boolean): void {
    if (this.#path === undefined) return;
    if (!isReady) rmSync(this.#path, { force: true });
    else if (!existsSync(this.#path)) writeFileSync(this.#path, '');
  }
}
