import type {
  ArgumentDefinition,
  CommandDefinition,
  OptionDefinition,
} from './command-definition.js';

/** Returns the summary of a command as a sentence. */
export function sentenceOf({ summary }: CommandDefinition): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** Returns how a command is called: its words, and its arguments in capitals. */
export function usageOf({ words, arguments: args = [] }: CommandDefinition): string {
  return ['sallyport', words, ...args.map(argumentText)].join(' ');
}

/** Returns the values that an option with choices takes; `...` stands for what follows a prefix. */
export function formsOf({ choices = [], prefixes = [] }: OptionDefinition): readonly string[] {
  return [...choices, ...prefixes.map((prefix) => `${prefix}...`)];
}

/** Returns the description of an option, with its values and whether it is required. */
export function meaningOf(option: OptionDefinition): string {
  const { description, choices, isRepeated, isRequired } = option;
  const notes = [
    ...(choices === undefined ? [] : [`one of ${formsOf(option).join(', ')}`]),
    ...(isRepeated === true ? ['can be repeated'] : []),
    ...(isRequired === true ? ['required'] : []),
  ];
  return [description, ...notes].join('; ');
}

function argumentText({ name, isOptional, isRepeated }: ArgumentDefinition): string {
  const text = name.toUpperCase() + (isRepeated === true ? '...' : '');
  return isOptional === true ? `[${text}]` : text;
}
