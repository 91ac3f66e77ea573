import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What is started, beside its arguments. */
export interface Program {
  readonly path: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Line {
  readonly type: string;
}

/** A program that prints one JSON object a line and takes commands from its standard input. */
export class LineProgram<L extends Line> {
  /** All that it has printed. */
  readonly lines: L[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<Error | undefined>;
  readonly #waiting = new Set<() => void>();

  constructor({ path, environment = {} }: Program, programArguments: readonly string[]) {
    const { PATH = '', HOME = '' } = process.env;
    this.#child = spawn(path, programArguments, {
      env: { PATH, HOME, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // It may have ended before it reads a command; how is said by its exit code.
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as L);
      for (const wake of this.#waiting) wake();
    });
    this.#ended = this.#end();
  }

  command(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** How many lines there are: a place from which `next` may look. */
  get mark(): number {
    return this.lines.length;
  }

  /** The first such line from `mark` on; rejects where the program ends without it, or is late. */
  async next<Type extends L['type']>(
    type: Type,
    isOne: (line: Extract<L, { type: Type }>) => boolean = () => true,
    { mark = 0, patienceMs = 60_000 } = {},
  ): Promise<Extract<L, { type: Type }>> {
    const found = Promise.withResolvers<Extract<L, { type: Type }>>();
    const isOfType = (line: L): line is Extract<L, { type: Type }> => line.type === type;
    const look = (): void => {
      const line = this.lines.slice(mark).filter(isOfType).find(isOne);
      if (line !== undefined) found.resolve(line);
    };
    const late = new Error(`no such line "${type}" within ${patienceMs} ms`);
    const timer = setTimeout(() => found.reject(late), patienceMs);
    this.#waiting.add(look);
    void this.#ended.then((error) => found.reject(error ?? new Error('the program has ended')));
    look();
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  /** All lines of a program that ends by itself; rejects with what it said where it failed. */
  async finished(): Promise<readonly L[]> {
    const error = await this.#ended;
    if (error !== undefined) throw error;
    return this.lines;
  }

  /** Ends it; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #end(): Promise<Error | undefined> {
    try {
      const [errors, [code, signal]] = await Promise.all([
        text(this.#child.stderr),
        once(this.#child, 'close'),
      ]);
      return code === 0 ? undefined : new Error(`ended with ${code ?? signal}: ${errors}`);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
