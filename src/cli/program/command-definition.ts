import type { CommandCall } from './command-call.js';

/** Argument of a command, by its place. */
export interface ArgumentDefinition {
  /** Name in the help. */
  readonly name: string;
  readonly description: string;
  readonly isOptional?: boolean;
  /** Whether the argument can be repeated. */
  readonly isRepeated?: boolean;
}

/** Option of a command. */
export interface OptionDefinition {
  /** Flags as commander reads them, such as `-o, --output <format>`. */
  readonly flags: string;
  readonly description: string;
  /** Values that the option takes; all if absent. */
  readonly choices?: readonly string[];
  /** Whether the option can be repeated. */
  readonly isRepeated?: boolean;
  /** Whether the command needs the option. */
  readonly isRequired?: boolean;
}

/** Runs a command. Returns its exit code, that of a child too; undefined: it is done. */
export type ClientAction = (call: CommandCall) => Promise<number | undefined | void>;

/** Command that calls a gateway. Help, page and completion are made of it. */
export interface CommandDefinition {
  /** Words of the command, such as `token create`. */
  readonly words: string;
  readonly summary: string;
  /** Sentences of the help, after the summary. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  readonly examples: readonly string[];
  /** Loads the action when the command is called. */
  readonly load: () => Promise<ClientAction>;
}

/** Options of every command that calls a gateway. */
export const connectionOptions: readonly OptionDefinition[] = [
  { flags: '--context <name>', description: 'context of the configuration file' },
  { flags: '--address <url>', description: 'address of the gateway (SALLYPORT_ADDR)' },
  { flags: '-n, --namespace <name>', description: 'namespace of names without one' },
  {
    flags: '--token-file <file>',
    description: 'file with the token, or with an Authorization header (SALLYPORT_TOKEN_FILE)',
  },
  { flags: '--ca-file <file>', description: 'certificate authority in PEM (SALLYPORT_CA_FILE)' },
  { flags: '-q, --quiet', description: 'print no confirmation' },
  { flags: '-v, --verbose', description: 'print the id of the request with an error' },
];
