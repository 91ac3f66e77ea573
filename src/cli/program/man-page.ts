import { exitMeanings } from '../exit-code.js';
import {
  type CommandDefinition,
  connectionOptions,
  type OptionDefinition,
} from './command-definition.js';
import { meaningOf, sentenceOf, usageOf } from './command-texts.js';

const environment: readonly (readonly [string, string])[] = [
  ['SALLYPORT_ADDR', 'address of the gateway'],
  ['SALLYPORT_TOKEN_FILE', 'file with the token'],
  ['SALLYPORT_NAMESPACE', 'namespace of names without one'],
  ['SALLYPORT_CA_FILE', 'certificate authority in PEM'],
  ['SALLYPORT_CONTEXT', 'context of the configuration file'],
  ['NO_COLOR', 'no colours if the variable is not empty'],
];

const files: readonly (readonly [string, string])[] = [
  ['~/.config/sallyport/config.json', 'contexts; XDG_CONFIG_HOME changes the folder'],
];

/** Returns the manual page of the program, as man(7) describes its macros. */
export function manPage(definitions: readonly CommandDefinition[]): string {
  const parts = [
    '.TH SALLYPORT 1 "" sallyport "User Commands"',
    '.SH NAME',
    text('sallyport - Secrets of Kubernetes with key rights, versions and an audit trail'),
    '.SH SYNOPSIS',
    '.B sallyport',
    '.I command',
    '.RI [ options ]',
    '.SH COMMANDS',
    ...definitions.flatMap(commandSection),
    '.SH OPTIONS OF ALL COMMANDS',
    ...connectionOptions.flatMap(optionItem),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => item(name, meaning)),
    '.SH FILES',
    ...files.flatMap(([name, meaning]) => item(name, meaning)),
    '.SH EXIT STATUS',
    ...Object.entries(exitMeanings).flatMap(([code, meaning]) => item(code, meaning)),
  ];
  return `${parts.join('\n')}\n`;
}

function commandSection(definition: CommandDefinition): readonly string[] {
  const { description, arguments: args = [], options = [], examples } = definition;
  return [
    `.SS ${text(usageOf(definition))}`,
    text(sentenceOf(definition)),
    ...(description === undefined ? [] : ['.PP', text(description)]),
    ...args.flatMap((one) => item(one.name.toUpperCase(), one.description)),
    ...options.flatMap(optionItem),
    '.PP',
    examples.length === 1 ? 'Example:' : 'Examples:',
    '.nf',
    ...examples.map(text),
    '.fi',
  ];
}

function optionItem(option: OptionDefinition): readonly string[] {
  return item(option.flags, meaningOf(option));
}

function item(name: string, meaning: string): readonly string[] {
  return ['.TP', `.B ${text(name)}`, text(meaning)];
}

/** Returns a line that troff shows as it is. groff(7), "Escape sequences". */
function text(line: string): string {
  const escaped = line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
