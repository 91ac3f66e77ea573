import { parseArgs } from 'node:util';

export interface StartArguments {
  /** Path after `--config`. */
  readonly file: string | undefined;
  /** `--reset`: the sandbox begins with nothing. */
  readonly isReset: boolean;
  /** Text to print instead of a start. */
  readonly asked: 'help' | 'version' | undefined;
}

/** The message is a sentence. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export const usage = `npm start [-- OPTIONS]

Runs Sallyport with a sandbox of its own, or in front of a cluster where a setting names one.

  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win
  --reset        the sandbox begins with nothing
  --version      prints the version, and ends
  --help, -h     prints this, and ends

The variables, and what else can be set: README.md, Settings.`;

const options = {
  config: { type: 'string' },
  reset: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Options that npm reads itself if they do not follow `--`. */
export const ownOptions: readonly string[] = ['config', 'reset'];

/** Parses the arguments after `npm start --`. Throws ArgumentError. */
export function parseArguments(
  args: readonly string[],
  takenByNpm: readonly string[] = [],
): StartArguments {
  refuseTaken(args, takenByNpm);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option' && isUnderstood(token)) continue;
    const given = args[token.index] ?? '';
    if (token.kind === 'option' && token.name === 'config') {
      throw new ArgumentError(`${given} needs the name of a file: --config FILE`);
    }
    throw new ArgumentError(
      `${given} is not understood: known are --config FILE, --reset, --help and --version`,
    );
  }
  const { values } = parseArgs({ args: [...args], options });
  const asked = values.help ? 'help' : values.version ? 'version' : undefined;
  return { file: values.config, isReset: values.reset ?? false, asked };
}

/** A start without them would be another than the one that was asked for. */
function refuseTaken(args: readonly string[], takenByNpm: readonly string[]): void {
  const [option] = takenByNpm.filter((name) => !args.some((arg) => arg.startsWith(`--${name}`)));
  if (option === undefined) return;
  const right = option === 'config' ? '--config FILE' : `--${option}`;
  throw new ArgumentError(`npm has taken --${option} for its own: npm start -- ${right}`);
}

function isUnderstood({
  name,
  value,
}: {
  readonly name: string;
  readonly value?: unknown;
}): boolean {
  if (name === 'config') return typeof value === 'string' && /^[^-]/.test(value);
  return name in options && value === undefined;
}
