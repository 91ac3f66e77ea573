import { resolve } from 'node:path';
import type { Terminal } from '../../src/cli/terminal.js';

/** Start of the command line from its source. */
const hooks = resolve('test/ts-hooks.mjs');
const program = resolve('src/cli.ts');

export interface TerminalWish {
  readonly input?: string;
  /** Lines that the user types. */
  readonly typed?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly columns?: number;
  readonly isKubectlPlugin?: boolean;
}

/** A terminal whose user a test plays: with lines to type, all streams are terminals. */
export class TestTerminal implements Terminal {
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly isKubectlPlugin: boolean;
  readonly programWords = [process.execPath, '--import', hooks, program];
  /** What was asked for without echo, and with. */
  readonly prompts: string[] = [];
  errors = '';
  readonly #output: Buffer[] = [];
  readonly #input: string | undefined;
  readonly #typed: string[];

  constructor(wish: TerminalWish) {
    const { input, typed, env = {}, homeFolder, columns = 200 } = wish;
    this.isKubectlPlugin = wish.isKubectlPlugin === true;
    this.#input = input;
    this.#typed = [...(typed ?? [])];
    this.isInputTerminal = typed !== undefined;
    this.isOutputTerminal = typed !== undefined;
    this.isErrorTerminal = typed !== undefined;
    this.columns = columns;
    this.env = env;
    this.homeFolder = homeFolder;
  }

  get output(): string {
    return Buffer.concat(this.#output).toString('utf8');
  }

  out(data: string | Uint8Array): void {
    this.#output.push(Buffer.from(data as string));
  }

  err(text: string): void {
    this.errors += text;
  }

  async readInput(): Promise<Buffer> {
    if (this.#input === undefined) throw new Error('nothing is to be read');
    return Buffer.from(this.#input);
  }

  async readHidden(prompt: string): Promise<string> {
    this.prompts.push(`hidden ${prompt}`);
    return this.#typed.shift() ?? '';
  }

  async readLine(prompt: string): Promise<string> {
    this.prompts.push(prompt);
    return this.#typed.shift() ?? '';
  }
}
