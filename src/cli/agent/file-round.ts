import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SecretValue } from '../../core/secret-value.js';
import { removeOldDrafts } from '../files/old-drafts.js';
import { replaceFile } from '../files/replace-file.js';
import type { ReadValues } from '../values/read-values.js';
import type { AgentFile } from './agent-config.js';
import type { PendingCommand } from './pending-command.js';
import { RenderFailure, renderedFile } from './rendered-file.js';
import { fileDifference, type FileDifference } from './file-difference.js';

/** Files could not be made or written; `kind` is that of the metric. */
export class RoundFailure extends Error {
  readonly kind: 'render' | 'write';

  constructor(kind: RoundFailure['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

interface PlannedFile {
  readonly file: AgentFile;
  readonly content: SecretValue;
  readonly difference: FileDifference;
}

/** Files of an agent. */
export class KeptFiles {
  readonly #files: readonly AgentFile[];
  readonly #pending: PendingCommand | undefined;
  /** Paths of files that were right once: what changes them is a change to a program. */
  readonly #known = new Set<string>();

  /** `pending` is set before the first file that is replaced, if a command follows changes. */
  constructor(files: readonly AgentFile[], pending?: PendingCommand) {
    this.#files = files;
    this.#pending = pending;
  }

  /**
   * Makes all files of one state of the values, and then writes those that differ. Returns the
   * paths of the written files. Throws RoundFailure; no file is written unless all can be made.
   */
  write(values: ReadValues): readonly string[] {
    const planned = this.#files.map((file) => plan(file, values));
    const [first] = planned.filter((one) => this.#isChange(one));
    if (first) attempt(first.file, () => this.#pending?.set());
    this.#removeOldDrafts();
    return planned.flatMap(({ file, content, difference }) => {
      if (difference !== 'none') attempt(file, () => write(file, content));
      this.#known.add(file.path);
      return difference === 'none' ? [] : [file.path];
    });
  }

  /** Removes drafts with values, also where no file is written. The next round tries again. */
  #removeOldDrafts(): void {
    for (const folder of new Set(this.#files.map(({ path }) => dirname(path)))) {
      try {
        removeOldDrafts(folder);
      } catch {
        // The files themselves matter more.
      }
    }
  }

  #isChange({ file, difference }: PlannedFile): boolean {
    return difference === 'other' || (difference === 'absent' && this.#known.has(file.path));
  }
}

function plan(file: AgentFile, values: ReadValues): PlannedFile {
  const content = attempt(file, () => renderedFile(file, values));
  return { file, content, difference: attempt(file, () => fileDifference(file, content)) };
}

function write(file: AgentFile, content: SecretValue): void {
  mkdirSync(dirname(file.path), { recursive: true });
  replaceFile(file, content.reveal());
}

function attempt<T>({ path }: AgentFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RenderFailure) throw new RoundFailure('render', error.message);
    const { code = 'it failed' } = error as NodeJS.ErrnoException;
    throw new RoundFailure('write', `${path} cannot be written: ${code}`);
  }
}
