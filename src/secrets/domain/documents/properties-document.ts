import { type Node, type Pair, parseLines, stringify } from 'dot-properties';
import { documentLimits } from '../../../core/document-limits.js';
import {
  DocumentProblem,
  type DocumentSyntax,
  type Member,
  type NewMember,
  type Path,
} from './document.js';

interface Place {
  readonly start: number;
  readonly end: number;
  readonly separator: string;
  readonly value: string;
}

/**
 * Java properties: one level of names, all values strings. A change leaves other lines as they are.
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
 */
export const propertiesDocument: DocumentSyntax = {
  name: 'properties',
  bytesMax: documentLimits.propertiesBytesMax,

  find(text, path): Member | undefined {
    const place = placeOf(text, path);
    return place && { text: place.value, isString: true };
  },

  put(text, path, member) {
    const [name] = path;
    if (name === undefined || path.length > 1) return undefined;
    const value = textOf(member);
    const place = placeOf(text, path);
    if (place !== undefined) {
      const line = pairText(name, value, place.separator === '' ? '=' : place.separator);
      return text.slice(0, place.start) + line + text.slice(place.end);
    }
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const isEnded = text === '' || /[\r\n]$/.test(text);
    return `${text}${isEnded ? '' : newline}${pairText(name, value, '=')}${newline}`;
  },

  remove(text, path) {
    const place = placeOf(text, path);
    if (place === undefined) return undefined;
    const rest = text.slice(place.end).replace(/^(?:\r\n|\n|\r)/, '');
    return text.slice(0, place.start) + rest;
  },
};

function placeOf(text: string, path: Path): Place | undefined {
  const [name] = path;
  if (path.length > 1) return undefined;
  const nodes: readonly Node[] = parseLines(text, true);
  const named = nodes.filter(isPair).filter(({ key }) => key === name);
  // Java takes the last of these, other parsers the first.
  if (named.length > 1) throw new DocumentProblem('has a member of this path twice');
  const [pair] = named;
  if (pair?.range === undefined) return undefined;
  const [start, , , end] = pair.range;
  return { start, end, separator: pair.separator(text) ?? '=', value: pair.value };
}

function isPair(node: Node): node is Pair {
  return node.type === 'PAIR';
}

function textOf(member: NewMember): string {
  if (member.kind === 'text') return member.text;
  if (typeof member.json === 'string') return member.json;
  throw new DocumentProblem('is of properties, whose values are strings');
}

function pairText(name: string, value: string, keySep: string): string {
  const line = stringify([[name, value]], { keySep, lineWidth: null });
  // Java before version 9 reads ISO 8859-1, others UTF-8.
  return line.replaceAll(/[\u0080-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
