import { Command, CommanderError, Option } from 'commander';
import { version } from '../../core/version.js';
import { exitCodes, failureOf } from '../exit-code.js';
import type { Terminal } from '../terminal.js';
import { CommandCall } from './command-call.js';
import {
  type ArgumentDefinition,
  type CommandDefinition,
  connectionOptions,
  type OptionDefinition,
} from './command-definition.js';
import { definitions } from './definitions.js';

const groups: Readonly<Record<string, string>> = {
  config: 'shows and changes contexts: addresses of gateways, and where their tokens are',
  token: 'creates, lists and ends tokens of the gateway',
  rotation: 'shows rotations',
  audit: 'searches the audit trail; sallyport server has commands that verify it',
  server: 'commands of operators, which work on the files and the database of a gateway',
};

/** Runs a command that calls a gateway. An error is one sentence, with what the user can do. */
export async function runClientProgram(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = clientProgram(terminal, async (definition, call) => {
    exitCode = await runCommand(definition, call);
  });
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}

type Start = (definition: CommandDefinition, call: CommandCall) => Promise<void>;

/** Returns the program of all commands that call a gateway. */
export function clientProgram(terminal: Terminal, start: Start): Command {
  const program = new Command('sallyport')
    .description('Secrets of Kubernetes with key rights, versions, rotation and an audit trail.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) => write(text.replace(/^error: /, '')),
    });
  program.addHelpText('after', firstSteps);
  program.showHelpAfterError('sallyport --help lists the commands');
  for (const definition of definitions) addCommand(program, definition, { terminal, start });
  program.command('server').description(groups['server'] ?? '');
  return program;
}

const firstSteps = `
First steps:
  $ sallyport login --address http://127.0.0.1:8420 --token-file FILE
  $ sallyport set db password=-
  $ sallyport run --secret db -- printenv password

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 denied, 4 not found, 5 conflict, 6 unreachable.`;

function addCommand(
  program: Command,
  definition: CommandDefinition,
  { terminal, start }: { readonly terminal: Terminal; readonly start: Start },
): void {
  const words = definition.words.split(' ');
  const name = words.pop() ?? '';
  const parent = words.reduce(groupOf, program);
  const command = parent.command(name).summary(definition.summary);
  command.description(descriptionOf(definition)).showHelpAfterError(helpHint(definition));
  for (const argument of definition.arguments ?? []) {
    command.argument(argumentText(argument), argument.description);
  }
  for (const option of [...(definition.options ?? []), ...connectionOptions]) {
    command.addOption(optionOf(option));
  }
  command.addHelpText('after', examplesOf(definition));
  command.action(async () => {
    const options = command.opts();
    const call = new CommandCall({
      terminal,
      args: command.args,
      options,
      connect: async () => {
        const { connect } = await import('../connection/connect.js');
        return connect(terminal, flagsOf(options));
      },
    });
    await start(definition, call);
  });
}

function groupOf(parent: Command, word: string): Command {
  const found = parent.commands.find((one) => one.name() === word);
  return found ?? parent.command(word).description(groups[word] ?? `commands of ${word}`);
}

function helpHint({ words }: CommandDefinition): string {
  return `sallyport ${words} --help tells more`;
}

function descriptionOf({ summary, description }: CommandDefinition): string {
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return description === undefined ? sentence : `${sentence}\n\n${description}`;
}

function argumentText({ name, isOptional, isRepeated }: ArgumentDefinition): string {
  const text = isRepeated === true ? `${name}...` : name;
  return isOptional === true ? `[${text}]` : `<${text}>`;
}

function optionOf(definition: OptionDefinition): Option {
  const { flags, description, choices, isRepeated, isRequired = false } = definition;
  const option = new Option(flags, description).makeOptionMandatory(isRequired);
  if (choices !== undefined) option.choices(choices);
  if (isRepeated === true) {
    option.default([], 'none').argParser((value: string, before: readonly string[]) => {
      return [...before, value];
    });
  }
  return option;
}

function examplesOf({ examples }: CommandDefinition): string {
  return `\nExamples:\n${examples.map((example) => `  $ ${example}\n`).join('')}`;
}

function flagsOf(options: Readonly<Record<string, unknown>>) {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    context: text('context'),
    address: text('address'),
    namespace: text('namespace'),
    tokenFile: text('tokenFile'),
    caFile: text('caFile'),
  };
}

async function runCommand(definition: CommandDefinition, call: CommandCall): Promise<number> {
  try {
    const action = await definition.load();
    return (await action(call)) ?? exitCodes.done;
  } catch (error) {
    const { message, advice, requestId, exitCode } = failureOf(error);
    call.terminal.err(`${message}\n`);
    if (advice !== undefined) call.terminal.err(`${advice}\n`);
    if (exitCode === exitCodes.usage) call.terminal.err(`${helpHint(definition)}\n`);
    if (call.flag('verbose') && requestId !== undefined) {
      call.terminal.err(`request id: ${requestId}\n`);
    }
    return exitCode;
  }
}
