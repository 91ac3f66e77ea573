import {
  type CommandDefinition,
  connectionOptions,
  type OptionDefinition,
  type ValueKind,
} from '../program/command-definition.js';

/** Completion of the last word: fixed words, or names that only the gateway has. */
export type CompletionPlan =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | {
      readonly kind: 'names';
      readonly values: ValueKind;
      /** Options of the connection on the line, by their long names without dashes. */
      readonly options: Readonly<Record<string, string>>;
      /** Arguments before the last word. */
      readonly args: readonly string[];
    };

const none: CompletionPlan = { kind: 'words', words: [] };

/** Decides what completes the last of the words after the name of the program. */
export function planCompletion(
  words: readonly string[],
  definitions: readonly CommandDefinition[],
): CompletionPlan {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commandOf(before, definitions);
  if (command === undefined) return { kind: 'words', words: nextWords(before, definitions) };
  const options = [...(command.options ?? []), ...connectionOptions];
  const line = readLine(before.slice(command.words.split(' ').length), options);
  if (line === undefined) return none;
  if (line.open !== undefined) return ofOption(line.open, line);
  if (/^--[\w-]+=/.test(last)) return none;
  if (last.startsWith('-')) return { kind: 'words', words: options.flatMap(namesOf) };
  return ofArgument(command, line);
}

function ofArgument({ arguments: all = [] }: CommandDefinition, line: Line): CompletionPlan {
  const argument = all[Math.min(line.args.length, all.length - 1)];
  const isOver = line.args.length >= all.length && argument?.isRepeated !== true;
  if (argument?.values === undefined || isOver) return none;
  return { kind: 'names', values: argument.values, options: line.values, args: line.args };
}

function commandOf(
  words: readonly string[],
  definitions: readonly CommandDefinition[],
): CommandDefinition | undefined {
  return definitions.find((one) => {
    return one.words.split(' ').every((word, index) => word === words[index]);
  });
}

function nextWords(
  before: readonly string[],
  definitions: readonly CommandDefinition[],
): readonly string[] {
  const found = definitions
    .map((one) => one.words.split(' '))
    .filter((words) => before.every((word, index) => word === words[index]))
    .map((words) => words[before.length] ?? '');
  const others = before.length === 0 ? ['help', 'server', '--help', '--version'] : [];
  return [...new Set([...found, ...others])];
}

interface Line {
  readonly args: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  /** Option whose value the last word is. */
  readonly open: OptionDefinition | undefined;
}

/** Reads arguments and options; undefined after `--`, where another program begins. */
function readLine(
  words: readonly string[],
  options: readonly OptionDefinition[],
): Line | undefined {
  const args: string[] = [];
  const values: Record<string, string> = {};
  let open: OptionDefinition | undefined;
  for (const word of words) {
    if (open !== undefined) {
      values[longNameOf(open)] = word;
      open = undefined;
    } else if (word === '--') {
      return undefined;
    } else if (word.startsWith('-')) {
      const [name = '', ...rest] = word.split('=');
      const option = options.find((one) => namesOf(one).includes(name));
      if (option === undefined || !takesValue(option)) continue;
      if (rest.length > 0) values[longNameOf(option)] = rest.join('=');
      else open = option;
    } else {
      args.push(word);
    }
  }
  return { args, values, open };
}

function ofOption(option: OptionDefinition, line: Line): CompletionPlan {
  const { choices, prefixes = [], values } = option;
  if (choices !== undefined) return { kind: 'words', words: [...choices, ...prefixes] };
  if (option.flags.endsWith('<file>')) return { kind: 'words', words: [':files'] };
  return values === undefined
    ? none
    : { kind: 'names', values, options: line.values, args: line.args };
}

function namesOf({ flags }: OptionDefinition): readonly string[] {
  return flags.match(/(?<![\w<-])--?[A-Za-z][\w-]*/g) ?? [];
}

function longNameOf(option: OptionDefinition): string {
  return namesOf(option).at(-1)?.replace(/^--/, '') ?? '';
}

function takesValue({ flags }: OptionDefinition): boolean {
  return flags.endsWith('>');
}
