import {
  type ArgumentDefinition,
  type CommandDefinition,
  connectionOptions,
  type OptionDefinition,
} from './command-definition.js';
import { meaningOf, sentenceOf, usageOf } from './command-texts.js';

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
  const { words, description, arguments: args = [], options = [], examples } = definition;
  const sentences = [sentenceOf(definition), ...(description === undefined ? [] : [description])];
  const parts = [
    `## ${words}`,
    `\`${usageOf(definition)}\``,
    sentences.join(' '),
    ...(args.length === 0 ? [] : [args.map(argumentItem).join('\n')]),
    ...(options.length === 0 ? [] : [optionTable(options).trimEnd()]),
    `Examples:\n\n${examples.map((example) => `- \`${example}\``).join('\n')}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function argumentItem({ name, description }: ArgumentDefinition): string {
  return `- \`${name.toUpperCase()}\`: ${description}`;
}

function optionTable(options: readonly OptionDefinition[]): string {
  const rows = options.map((option) => `| \`${option.flags}\` | ${meaningOf(option)} |`);
  return ['| Option | Meaning |', '| --- | --- |', ...rows, ''].join('\n');
}
