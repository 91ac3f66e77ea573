import type { WrittenWords } from '../refused-places.js';
import type { CommandDefinition } from './command-definition.js';

/**
 * Returns the arguments of a command by the parameters of the gateway: a Secret is a name, and a
 * namespace if it has one. The first of two Secrets need not be the one that was refused, and
 * repeated arguments can have values.
 */
export function writtenWords(
  { arguments: definitions = [] }: Pick<CommandDefinition, 'arguments'>,
  args: readonly string[],
): WrittenWords {
  const hasOneSecret = definitions.filter(({ values }) => values === 'secret').length === 1;
  const words = definitions.flatMap(({ name, values, isRepeated }, index) => {
    const word = args[index];
    if (word === undefined || isRepeated === true) return [];
    if (values !== 'secret') return [[name, word] as const];
    return hasOneSecret ? secretWords(word) : [];
  });
  return Object.fromEntries(words);
}

function secretWords(text: string): readonly (readonly [string, string])[] {
  const [first = '', second] = text.split('/');
  if (second === undefined) return [['name', first]];
  return [
    ['namespace', first],
    ['name', second],
  ];
}
