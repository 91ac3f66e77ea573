import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writePrivateDraft } from '../../platform/storage/private-draft.js';
import { UsageError } from '../command.js';
import { codeOf } from '../output/system-error.js';
import type { Terminal } from '../terminal.js';
import { type Contexts, noContexts, parseContexts } from './contexts.js';

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

  async write(contexts: Contexts): Promise<void> {
    await writePrivateFile(this.path, `${JSON.stringify(contexts, undefined, 2)}\n`);
  }
}

/** Replaces a file in one step; the user alone can read it. Its folder is created. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rename(writePrivateDraft(path, Buffer.from(text)), path);
}
