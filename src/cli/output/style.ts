import { styleText } from 'node:util';
import type { Terminal } from '../terminal.js';

type Style = 'bold' | 'red' | 'yellow';
type Surroundings = Pick<Terminal, 'env' | 'isOutputTerminal' | 'isErrorTerminal'>;

/** Returns a text of the output in a style, if the output is a terminal that has colours. */
export function styledOutput(style: Style, text: string, terminal: Surroundings): string {
  return terminal.isOutputTerminal && hasColours(terminal) ? styled(style, text) : text;
}

/** Returns a text of the errors in a style, if the errors go to a terminal that has colours. */
export function styledError(style: Style, text: string, terminal: Surroundings): string {
  return terminal.isErrorTerminal && hasColours(terminal) ? styled(style, text) : text;
}

/** https://no-color.org */
function hasColours({ env }: Pick<Terminal, 'env'>): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

function styled(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}
