/** Surroundings of the program: its streams, its environment and the user's folder. */
export interface Terminal {
  /** Writes requested output. */
  out(data: string | Uint8Array): void;
  /** Writes progress, warnings and errors. */
  err(text: string): void;
  /** Reads standard input to its end. Throws UsageError beyond `bytesMax`. */
  readInput(bytesMax: number): Promise<Buffer>;
  /** Asks on the terminal, and returns the line without showing it. */
  readHidden(prompt: string): Promise<string>;
  /** Asks on the terminal, and returns the line. */
  readLine(prompt: string): Promise<string>;
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
  /** Width of the terminal, in characters. */
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** Program and first arguments that start this command line again. */
  readonly programWords: readonly string[];
  /** Whether kubectl has started the program, as `kubectl sallyport`. */
  readonly isKubectlPlugin: boolean;
}
