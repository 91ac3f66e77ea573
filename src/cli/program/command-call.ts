import type { Connection } from '../connection/connect.js';
import type { ConnectionFacts } from '../connection/connection-settings.js';
import type { Terminal } from '../terminal.js';

type Options = Readonly<Record<string, unknown>>;

/** Call of a command: its arguments and options, and what it works with. */
export class CommandCall {
  readonly terminal: Terminal;
  /** Arguments by their places; repeated ones are flat. */
  readonly args: readonly string[];
  readonly #options: Options;
  readonly #connect: (flags: ConnectionFacts['flags']) => Promise<Connection>;

  constructor(parts: {
    readonly terminal: Terminal;
    readonly args: readonly string[];
    readonly options: Options;
    readonly connect: (flags: ConnectionFacts['flags']) => Promise<Connection>;
  }) {
    this.terminal = parts.terminal;
    this.args = parts.args;
    this.#options = parts.options;
    this.#connect = parts.connect;
  }

  /** Returns an argument that the definition demands. */
  argument(index: number): string {
    return this.args[index] ?? '';
  }

  text(option: string): string | undefined {
    const value = this.#options[option];
    return typeof value === 'string' ? value : undefined;
  }

  texts(option: string): readonly string[] {
    const value = this.#options[option];
    return Array.isArray(value) ? value.map(String) : [];
  }

  flag(option: string): boolean {
    return this.#options[option] === true;
  }

  /** Reports whether an option was turned off by its `--no-` form. */
  isOff(option: string): boolean {
    return this.#options[option] === false;
  }

  /** Returns the options that name a gateway. */
  connectionFlags(): ConnectionFacts['flags'] {
    const [context, address, namespace, tokenFile, caFile] = [
      ...['context', 'address', 'namespace', 'tokenFile', 'caFile'],
    ].map((option) => this.text(option));
    return { context, address, namespace, tokenFile, caFile };
  }

  /** Connects to the gateway that options, environment and context name. Throws UsageError. */
  connect(): Promise<Connection> {
    return this.#connect(this.connectionFlags());
  }

  /** Returns the options of a write that all writing commands have. */
  writeOptions(): { readonly dryRun: boolean; readonly reason: string | undefined } {
    return { dryRun: this.flag('dryRun'), reason: this.text('reason') };
  }

  /** Prints a value as JSON, for programs. */
  printJson(value: unknown): void {
    this.terminal.out(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Prints a confirmation, which `--quiet` leaves out. */
  confirm(text: string): void {
    if (!this.flag('quiet')) this.terminal.err(`${text}\n`);
  }
}
