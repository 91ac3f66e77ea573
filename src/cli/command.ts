/** Where a command writes to. */
export interface CommandIo {
  /** What was asked for. */
  out(text: string): void;
  /** What goes on, and what went wrong. */
  err(text: string): void;
  /** Whether what goes on may be written over and over. */
  readonly isTerminal: boolean;
}

/** 0: done, and all is well. 1: done, and it is not. 2: it could not be done. */
export type ExitCode = 0 | 1 | 2;

/** A command of the `sallyport` program: what a file of `commands/` exports. */
export interface Command {
  /** One line of the list of commands. */
  readonly summary: string;
  /** What its `--help` prints. */
  readonly usage: string;
  run(args: readonly string[], io: CommandIo): Promise<ExitCode>;
}

/** The command was called in a wrong way; the message is a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
