import { isDeepStrictEqual } from 'node:util';
import { type Node, type Pair, parseLines, stringify } from 'dot-properties';
import { documentLimits } from '../../../core/document-limits.js';
import {
  DocumentProblem,
  type DocumentSyntax,
  type Member,
  type NewMember,
  type Path,
  unicodeEscape,
} from './document.js';

/** An escape that Java refuses. */
const MALFORMED = /(?:^|[^\\])(?:\\\\)*\\u(?![0-9a-fA-F]{4})/;
/** A line that continues on the next one, or would if there were one. */
const CONTINUED = /(?:^|[^\\])(?:\\\\)*\\(?:\r|\n|$)/;

/**
 * Java properties without continued lines: one level of names, all values strings. A change leaves
 * other lines as they are.
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
 */
export const propertiesDocument: DocumentSyntax = {
  name: 'properties',
  bytesMax: documentLimits.propertiesBytesMax,
  readsChanges: false,

  find(text, path): Member | undefined {
    const pair = pairOf(parse(text), path);
    return pair && { text: pair.value, isString: true };
  },

  put(text, path, member) {
    const [name] = path;
    if (name === undefined || path.length > 1) return undefined;
    const value = stringOf(member);
    const before = parse(text);
    const pair = pairOf(before, path);
    const after = pair ? replaced(text, pair, value) : appended(text, name, value);
    return checked({ before, name, value }, after);
  },

  remove(text, path) {
    const before = parse(text);
    const pair = pairOf(before, path);
    if (pair?.range === undefined) return undefined;
    const [start, , , end] = pair.range;
    const after = text.slice(0, start) + text.slice(end).replace(/^(?:\r\n|\n|\r)/, '');
    return checked({ before, name: pair.key, value: undefined }, after);
  },
};

function parse(text: string): readonly Pair[] {
  if (MALFORMED.test(text)) throw new DocumentProblem('is not valid properties');
  if (CONTINUED.test(text)) throw new DocumentProblem('has properties on several lines');
  const nodes: readonly Node[] = parseLines(text, true);
  return nodes.filter(isPair);
}

function isPair(node: Node): node is Pair {
  return node.type === 'PAIR';
}

function pairOf(pairs: readonly Pair[], path: Path): Pair | undefined {
  const [name] = path;
  if (path.length > 1) return undefined;
  const named = pairs.filter(({ key }) => key === name);
  // Java takes the last of these, other parsers the first.
  if (named.length > 1) throw new DocumentProblem('has a member of this path twice');
  return named[0];
}

function stringOf({ kind, text }: NewMember): string {
  const value: unknown = kind === 'text' ? text : JSON.parse(text);
  if (typeof value === 'string') return value;
  throw new DocumentProblem('is of properties, whose values are strings');
}

function replaced(text: string, pair: Pair, value: string): string {
  if (pair.range === undefined) throw new DocumentProblem('cannot be changed as properties');
  const [start, , , end] = pair.range;
  const separator = pair.separator(text) ?? '';
  // Behind spaces alone, a value that begins with one of these would lose it.
  const isClear = /[=:]/.test(separator);
  return (
    text.slice(0, start) + lineOf(pair.key, value, isClear ? separator : '=') + text.slice(end)
  );
}

function appended(text: string, name: string, value: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const isEnded = text === '' || /[\r\n]$/.test(text);
  return `${text}${isEnded ? '' : newline}${lineOf(name, value, '=')}${newline}`;
}

function lineOf(name: string, value: string, keySep: string): string {
  const line = stringify([[name, value]], { keySep, lineWidth: null });
  // Java before version 9 reads ISO 8859-1, others UTF-8.
  return line.replaceAll(/[\u0080-\uffff]/g, unicodeEscape);
}

/** Returns the new text, once it is certain that it differs in the member alone. */
function checked(
  change: {
    readonly before: readonly Pair[];
    readonly name: string;
    readonly value: string | undefined;
  },
  text: string,
): string {
  const { before, name, value } = change;
  const after = parse(text);
  const others = (pairs: readonly Pair[]) =>
    pairs.filter(({ key }) => key !== name).map((pair) => [pair.key, pair.value]);
  const isSame = isDeepStrictEqual(others(before), others(after));
  if (isSame && pairOf(after, [name])?.value === value) return text;
  throw new DocumentProblem('cannot be changed as properties');
}
