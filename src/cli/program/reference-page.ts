import {
  type ArgumentDefinition,
  type CommandDefinition,
  connectionOptions,
  type OptionDefinition,
} from './command-definition.js';

const BEGINNING = `# Commands

This page is made of the definitions of the commands.
[Use the command line](use-the-command-line.md) explains the tasks.
`;

/** Returns the page with all commands that call a gateway, in Markdown. */
export function referencePage(definitions: readonly CommandDefinition[]): string {
  const common = `## Options of all commands\n\n${optionTable(connectionOptions)}`;
  return [BEGINNING, common, ...definitions.map(sectionOf)].join('\n');
}

function sectionOf(definition: CommandDefinition): string {
  const { words, summary, description, arguments: args = [], options = [], examples } = definition;
  const usage = ['sallyport', words, ...args.map(argumentText)].join(' ');
  const sentences = [`${capital(summary)}.`, ...(description === undefined ? [] : [description])];
  const parts = [
    `## ${words}`,
    `\`${usage}\``,
    sentences.join(' ').replaceAll('\n', ' '),
    ...(args.length === 0 ? [] : [args.map(argumentItem).join('\n')]),
    ...(options.length === 0 ? [] : [optionTable(options).trimEnd()]),
    `Examples:\n\n${examples.map((example) => `- \`${example}\``).join('\n')}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function argumentText({ name, isOptional, isRepeated }: ArgumentDefinition): string {
  const text = name.toUpperCase() + (isRepeated === true ? '...' : '');
  return isOptional === true ? `[${text}]` : text;
}

function argumentItem({ name, description }: ArgumentDefinition): string {
  return `- \`${name.toUpperCase()}\`: ${description}`;
}

function optionTable(options: readonly OptionDefinition[]): string {
  const rows = options.map((option) => `| \`${option.flags}\` | ${meaningOf(option)} |`);
  return ['| Option | Meaning |', '| --- | --- |', ...rows, ''].join('\n');
}

function meaningOf({ description, choices, isRepeated, isRequired }: OptionDefinition): string {
  const notes = [
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(isRepeated === true ? ['can be repeated'] : []),
    ...(isRequired === true ? ['required'] : []),
  ];
  return [description, ...notes].join('; ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
