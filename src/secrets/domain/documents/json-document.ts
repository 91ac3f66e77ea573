import { type Node, parseTree } from 'jsonc-parser';
import { documentLimits } from '../../../core/document-limits.js';
import {
  arrayIndex,
  DocumentProblem,
  type DocumentSyntax,
  jsonTextOf,
  type Member,
  type Path,
  type Range,
  spliced,
} from './document.js';
import { jsonDepth } from './json-depth.js';

/** JSON documents (RFC 8259). A change leaves all other members as they are, byte for byte. */
export const jsonDocument: DocumentSyntax = {
  name: 'JSON',
  bytesMax: documentLimits.jsonBytesMax,
  readsChanges: false,

  find(text, path) {
    const node = nodeAt(parseJson(text), path);
    return node && memberOf(text, node);
  },

  put(text, path, member) {
    const json = jsonTextOf(member);
    const root = parseJson(text);
    const present = nodeAt(root, path);
    if (present !== undefined) return spliced(text, present, json);
    const parent = nodeAt(root, path.slice(0, -1));
    const token = path.at(-1);
    if (parent === undefined || token === undefined) return undefined;
    if (parent.type === 'object') return added(text, parent, `${JSON.stringify(token)}: ${json}`);
    const isEnd = token === '-' || arrayIndex(token) === parent.children?.length;
    return parent.type === 'array' && isEnd ? added(text, parent, json) : undefined;
  },

  remove(text, path) {
    const node = nodeAt(parseJson(text), path);
    const entry = node?.parent?.type === 'property' ? node.parent : node;
    const container = entry?.parent;
    if (entry === undefined || container === undefined) return undefined;
    return without(text, container.children ?? [], entry);
  },
};

/** Parses strictly: without comments, trailing commas and other extensions. */
export function parseJson(text: string): Node {
  try {
    JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new DocumentProblem('is not valid JSON');
  }
  const { depthMax } = documentLimits;
  if (jsonDepth(text) > depthMax) {
    throw new DocumentProblem(`has more than ${depthMax} levels of objects and arrays`);
  }
  const root = parseTree(text);
  if (root === undefined) throw new DocumentProblem('is not valid JSON');
  return root;
}

function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const token of path) {
    if (node === undefined) return undefined;
    node = childOf(node, token);
  }
  return node;
}

function childOf(node: Node, token: string): Node | undefined {
  const children = node.children ?? [];
  if (node.type === 'array') return children[arrayIndex(token) ?? -1];
  if (node.type !== 'object') return undefined;
  const named = children.filter(({ children: [name] = [] }) => name?.value === token);
  // Parsers of applications take the first or the last of these.
  if (named.length > 1) throw new DocumentProblem('has a member of this path twice');
  return named[0]?.children?.[1];
}

const endOf = ({ offset, length }: Range): number => offset + length;

/** Adds an entry at the end of an object or array, on another line if the last entry begins one. */
function added(text: string, { offset, children = [] }: Node, entry: string): string {
  const last = children.at(-1);
  if (last === undefined) return spliced(text, { offset: offset + 1, length: 0 }, entry);
  const [lineBreak = ''] = /\r?\n[ \t]*$/.exec(text.slice(offset, last.offset)) ?? [];
  return spliced(text, { offset: endOf(last), length: 0 }, `,${lineBreak}${entry}`);
}

/** Removes an entry, and a comma. */
function without(text: string, entries: readonly Node[], entry: Node): string {
  const index = entries.indexOf(entry);
  const [before, after] = [entries[index - 1], entries[index + 1]];
  const offset = after === undefined && before !== undefined ? endOf(before) : entry.offset;
  const end = after?.offset ?? endOf(entry);
  return spliced(text, { offset, length: end - offset }, '');
}

function memberOf(text: string, { type, value, offset, length }: Node): Member {
  return type === 'string'
    ? { text: String(value), isString: true }
    : { text: text.slice(offset, offset + length), isString: false };
}
