import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryFolders } from '../private-folder/memory-folders.js';
import { createPrivateFolder } from '../private-folder/private-folder.js';
import { removePrivateFolder } from '../private-folder/remove-private-folder.js';
import type { Terminal } from '../terminal.js';
import type { ValueFiles } from './run-values.js';

const CURRENT = '..data';
const FILE_NAME = /^(?!\.\.)(?!\.$)[^/\0]+$/;

/**
 * Private folder with values as files, in memory where the machine has such a folder. All files
 * change in one step, as in a volume of a Pod.
 * https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter
 */
export class ValueFolder {
  readonly path: string;
  readonly #names = new Set<string>();
  #generation = 0;

  constructor(terminal: Terminal) {
    const places = { inMemory: memoryFolders(terminal), onDisk: tmpdir() };
    const { path, isInMemory } = createPrivateFolder('run', places);
    this.path = path;
    process.on('exit', this.remove);
    if (!isInMemory) terminal.err(`warning: the files with the values are on a disk, in ${path}\n`);
  }

  /**
   * Replaces all files. It is synchronous, so that no signal leaves a part of them. Throws errors
   * of the system, with the files as they were.
   */
  replace(folders: ValueFiles): void {
    const former = this.#generation;
    this.#generation += 1;
    const name = `..${this.#generation}`;
    const generation = join(this.path, name);
    const link = join(this.path, `${CURRENT}.new`);
    try {
      writeGeneration(generation, folders);
      symlinkSync(name, link);
      renameSync(link, join(this.path, CURRENT));
    } catch (error) {
      rmSync(link, { force: true });
      removePrivateFolder(generation);
      throw error;
    }
    for (const shown of folders.keys()) this.#show(shown);
    // Not overwritten: a program may still read a file of it.
    rmSync(join(this.path, `..${former}`), { recursive: true, force: true });
  }

  readonly remove = (): void => {
    process.off('exit', this.remove);
    removePrivateFolder(this.path);
  };

  #show(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    symlinkSync(join(CURRENT, name), join(this.path, name));
  }
}

function writeGeneration(generation: string, folders: ValueFiles): void {
  for (const [name, files] of folders) {
    mkdirSync(join(generation, checked(name)), { recursive: true, mode: 0o700 });
    for (const [key, value] of files) {
      const options = { mode: 0o400, flag: 'wx' };
      writeFileSync(join(generation, name, checked(key)), value.reveal(), options);
    }
  }
}

/** Names come from the gateway: none of them leads out of the folder. */
function checked(name: string): string {
  if (FILE_NAME.test(name)) return name;
  throw new Error('a key has a name that no file can have');
}
