import { environments } from '../../core/cel/cel-environment.js';
import { OWN } from '../../core/cel/cel-functions.js';
import { positionOf } from '../../core/cel/cel-position.js';

const WRONG_HAS = 'has() invalid argument';
const HAS_TAKES = 'has() takes secret.NAME; for other keys: "tls.crt" in secret';
/** Words of the library for a function that it does not know, or not with these arguments. */
const NO_OVERLOAD =
  /^(.*?)line (\d+), column (\d+): found no matching overload for '(?:[^(]*\.)?(\w+)\(/;

const functions: ReadonlySet<string> = new Set(
  environments.secret.getDefinitions().functions.map(({ name }) => name.replace(OWN, '')),
);

/** Returns a message about a mistake in a rule, in words for its author. */
export function clearCause(message: string, rule: string): string {
  if (message.endsWith(WRONG_HAS)) return message.replace(WRONG_HAS, HAS_TAKES);
  const [, phase = '', line = '', column = '', name = ''] = NO_OVERLOAD.exec(message) ?? [];
  if (name === '' || functions.has(name)) return message;
  // The library has the position of the whole call, of which a receiver is a part.
  const before = rule.split('\n').slice(0, Number(line) - 1);
  const start = before.join('\n').length + Math.min(before.length, 1) + Number(column) - 1;
  const inCall = new RegExp(`\\b${name}\\s*\\(`).exec(rule.slice(start))?.index ?? 0;
  return `${phase}${positionOf({ start: start + inCall }, rule)}unknown function ${name}`;
}
