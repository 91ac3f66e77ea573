import type { CommandCall } from './command-call.js';

/** Names that complete a word; those of the gateway are metadata. */
export type ValueKind = 'secret' | 'key' | 'context' | 'namespace' | 'shell';

/** Argument of a command, by its place. */
export interface ArgumentDefinition {
  /** Name in the help. */
  readonly name: string;
  readonly description: string;
  readonly isOptional?: boolean;
  /** Names that complete the argument. */
  readonly values?: ValueKind;
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
  /** Further choices that a value follows, such as `jsonpath=`. */
  readonly prefixes?: readonly string[];
  /** Names that complete the value. */
  readonly values?: ValueKind;
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
  /** Paragraph of the help, after the summary. It has no line feeds: the help wraps it. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  readonly examples: readonly string[];
  /** Loads the action when the command is called. */
  readonly load: () => Promise<ClientAction>;
}

/** Options of every command that calls a gateway. */
export const connectionOptions: readonly OptionDefinition[] = [
  {
    flags: '--context <name>',
    description: 'saved context; the current one if absent (SALLYPORT_CONTEXT)',
    values: 'context',
  },
  { flags: '--address <url>', description: 'address of the gateway (SALLYPORT_ADDR)' },
  {
    flags: '-n, --namespace <name>',
    description: 'namespace of names without one',
    values: 'namespace',
  },
  {
    flags: '--token-file <file>',
    description: 'file with the token, or with an Authorization header (SALLYPORT_TOKEN_FILE)',
  },
  { flags: '--ca-file <file>', description: 'certificate authority in PEM (SALLYPORT_CA_FILE)' },
  { flags: '-q, --quiet', description: 'print no confirmation' },
  { flags: '-v, --verbose', description: 'print the id of the request with an error' },
];
