import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../command.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { codeOf } from '../output/system-error.js';
import { withoutSignals } from '../signals/without-signals.js';
import type { Terminal } from '../terminal.js';
import { type Contexts, noContexts, parseContexts } from './contexts.js';
import { writePrivateFile } from '../files/private-file.js';

/** Longer than a keyring takes to store or remove a login. */
const LOCK_WAIT_MS = 90_000;

/** Returns the folder of the user's configuration. XDG Base Directory Specification. */
export function configFolder({ env, homeFolder }: Pick<Terminal, 'env' | 'homeFolder'>): string {
  const folder = env['XDG_CONFIG_HOME'] || join(homeFolder, '.config');
  return join(folder, 'sallyport');
}

/** File of the contexts of a user. */
export class ContextsFile {
  readonly path: string;

  constructor(terminal: Pick<Terminal, 'env' | 'homeFolder'>) {
    this.path = terminal.env['SALLYPORT_CLI_CONFIG'] || join(configFolder(terminal), 'config.json');
  }

  /** Throws UsageError for a file that is not valid. */
  async read(): Promise<Contexts> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return noContexts;
    try {
      return parseContexts(text);
    } catch (error) {
      throw new UsageError(`${this.path} cannot be used: ${(error as Error).message}`);
    }
  }

  /**
   * Replaces the contexts by what is made of those that are there now, while no other process
   * changes them. `isQuick`: `changed` asks nobody, so a signal takes effect after the whole
   * change. Throws CommandFailure, and UsageError.
   */
  async change(
    changed: (contexts: Contexts) => Contexts | Promise<Contexts>,
    isQuick = true,
  ): Promise<void> {
    const { LockTimeout, withProcessLock } = await import('../login/process-lock.js');
    const lock = join(dirname(this.path), `.${basename(this.path)}.lock`);
    try {
      await withProcessLock(lock, LOCK_WAIT_MS, () => {
        return isQuick
          ? withoutSignals(() => this.#changeLocked(changed))
          : this.#changeLocked(changed);
      });
    } catch (error) {
      if (!(error instanceof LockTimeout)) throw error;
      throw new CommandFailure(
        'another process changes the contexts: try again',
        exitCodes.conflict,
      );
    }
  }

  async #changeLocked(
    changed: (contexts: Contexts) => Contexts | Promise<Contexts>,
  ): Promise<void> {
    const contexts = await changed(await this.read());
    await writePrivateFile(this.path, `${JSON.stringify(contexts, undefined, 2)}\n`);
  }
}
