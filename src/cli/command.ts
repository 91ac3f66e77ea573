/** Outputs of a command. */
export interface CommandIo {
  /** Writes requested output. */
  out(text: string): void;
  /** Writes progress and errors. */
  err(text: string): void;
  /** Whether progress may be overwritten. */
  readonly isTerminal: boolean;
}

/** 0: done, result good. 1: done, result bad. 2: it could not be done. */
export type ExitCode = 0 | 1 | 2;

/** A command of the `sallyport` program: what a file of `commands/` exports. */
export interface Command {
  /** One line of the list of commands. */
  readonly summary: string;
  /** Text that `--help` prints. */
  readonly usage: string;
  run(args: readonly string[], io: CommandIo): Promise<ExitCode>;
}

/** The command was called incorrectly; the message is a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
