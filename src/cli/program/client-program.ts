import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../../core/version.js';
import { exitCodes, exitMeanings, failureOf } from '../exit-code.js';
import { styledError } from '../output/style.js';
import type { Terminal } from '../terminal.js';
import { CommandCall } from './command-call.js';
import {
  type ArgumentDefinition,
  type CommandDefinition,
  connectionOptions,
  type OptionDefinition,
} from './command-definition.js';
import { formsOf, sentenceOf } from './command-texts.js';
import { definitions } from './definitions.js';
import { writtenWords } from './written-words.js';

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
  const program = new Command(terminal.isKubectlPlugin ? 'kubectl sallyport' : 'sallyport')
    .description('Secrets of Kubernetes with key rights, versions, rotation and an audit trail.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    // Otherwise, `get db --version 2` prints the version of the program.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => terminal.columns,
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
  $ sallyport login --address http://127.0.0.1:8420 --token-file .sallyport/tokens/admin
  $ sallyport set db password
  $ sallyport run --secret db -- printenv password

Exit codes: ${Object.entries(exitMeanings)
  .map((pair) => pair.join(' '))
  .join(', ')}.`;

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
      connect: async (flags) => {
        if (terminal.isKubectlPlugin) {
          const { connectAsPlugin } = await import('../kubeconfig/kubectl-connection.js');
          return connectAsPlugin(terminal, flags);
        }
        const { connect } = await import('../connection/connect.js');
        return connect(terminal, flags);
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

function descriptionOf(definition: CommandDefinition): string {
  const { description } = definition;
  const sentence = sentenceOf(definition);
  return description === undefined ? sentence : `${sentence}\n\n${description}`;
}

function argumentText({ name, isOptional, isRepeated }: ArgumentDefinition): string {
  const text = isRepeated === true ? `${name}...` : name;
  return isOptional === true ? `[${text}]` : `<${text}>`;
}

function optionOf(definition: OptionDefinition): Option {
  const { flags, description, choices, prefixes, isRepeated, isRequired = false } = definition;
  const text = isRepeated === true ? `${description}; can be repeated` : description;
  const option = new Option(flags, text).makeOptionMandatory(isRequired);
  if (choices !== undefined) option.choices(choices);
  if (choices !== undefined && prefixes !== undefined) {
    option.argParser((value: string) => chosen(value, definition));
  }
  if (isRepeated === true) {
    option.argParser<readonly string[] | undefined>((value, before) => [...(before ?? []), value]);
  }
  return option;
}

/** Returns a value that is a choice, or begins as a choice that a value follows. */
function chosen(value: string, definition: OptionDefinition): string {
  const { choices = [], prefixes = [] } = definition;
  if (choices.includes(value) || prefixes.some((one) => value.startsWith(one))) return value;
  throw new InvalidArgumentError(`Allowed choices are ${formsOf(definition).join(', ')}.`);
}

function examplesOf({ examples }: CommandDefinition): string {
  return `\nExamples:\n${examples.map((example) => `  $ ${example}\n`).join('')}`;
}

async function runCommand(definition: CommandDefinition, call: CommandCall): Promise<number> {
  try {
    const action = await definition.load();
    return (await action(call)) ?? exitCodes.done;
  } catch (error) {
    const { words } = definition;
    const command = { words, written: writtenWords(definition, call.args) };
    const { message, advice, requestId, exitCode } = failureOf(error, command);
    call.terminal.err(`${styledError('red', message, call.terminal)}\n`);
    if (advice !== undefined) call.terminal.err(`${advice}\n`);
    if (exitCode === exitCodes.usage) call.terminal.err(`${helpHint(definition)}\n`);
    if (call.flag('verbose') && requestId !== undefined) {
      call.terminal.err(`request id: ${requestId}\n`);
    }
    return exitCode;
  }
}
