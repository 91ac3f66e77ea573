// Commands share modules with the gateway, whose decorators need it.
import 'reflect-metadata';
import { version } from '../core/version.js';
import { type Command, type CommandIo, type ExitCode, UsageError } from './command.js';
import { commands } from './commands.js';

const WORDS_MAX = 2;

/** Runs the command in the arguments; an error is one sentence and code 2. */
export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const name = nameOf(args);
  if (name === undefined) return answerWithout(args, io);
  const rest = args.slice(name.split(' ').length);
  try {
    const command = await (commands[name] as () => Promise<Command>)(); // nameOf found it there
    if (rest.some((word) => word === '--help' || word === '-h')) {
      io.out(`${command.usage}\n`);
      return 0;
    }
    return await command.run(rest, io);
  } catch (error) {
    io.err(`${sentenceOf(error)}\n`);
    if (isUsage(error)) io.err(`sallyport ${name} --help tells more\n`);
    return 2;
  }
}

function nameOf(args: readonly string[]): string | undefined {
  for (let count = WORDS_MAX; count > 0; count -= 1) {
    const name = args.slice(0, count).join(' ');
    if (args.length >= count && Object.hasOwn(commands, name)) return name;
  }
  return undefined;
}

async function answerWithout(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [first] = args;
  if (first === '--version') {
    io.out(`${version}\n`);
    return 0;
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.out(await help());
    return 0;
  }
  io.err(`there is no command ${args.slice(0, WORDS_MAX).join(' ')}\n\n${await help()}`);
  return 2;
}

async function help(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => {
      const { summary } = await load();
      return `  ${name.padEnd(COLUMN)}${summary}\n`;
    }),
  );
  return `sallyport COMMAND [OPTIONS]\n\n${lines.join('')}\nEach command has --help.\n`;
}

const COLUMN = 24;

/** Errors of node:util's parseArgs name the argument. */
function isUsage(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
