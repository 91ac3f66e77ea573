import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { documentLimits } from '../../../core/document-limits.js';
import {
  arrayIndex,
  DocumentProblem,
  type DocumentSyntax,
  jsonTextOf,
  type Member,
  type NewMember,
  type Path,
  spliced,
} from './document.js';

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/**
 * YAML 1.2 documents without aliases, directives and tags. A change replaces the text of one member
 * by JSON, which is YAML too: every other byte stays. https://yaml.org/spec/1.2.2/
 */
export const yamlDocument: DocumentSyntax = {
  name: 'YAML',
  bytesMax: documentLimits.yamlBytesMax,
  readsChanges: true,

  find(text, path) {
    const document = parse(text);
    const node = nodeAt(document.contents, path);
    return node === undefined ? undefined : memberOf(document, node);
  },

  put(text, path, member) {
    const document = parse(text);
    const present = nodeAt(document.contents, path);
    if (present !== undefined) {
      return checked(document, path, replaced(text, present, member));
    }
    const parent = nodeAt(document.contents, path.slice(0, -1));
    const token = path.at(-1);
    if (token === undefined) return undefined;
    if (isMap(parent)) return checked(document, path, withEntry(text, parent, token, member));
    if (!isSeq(parent)) return undefined;
    const isEnd = token === '-' || arrayIndex(token) === parent.items.length;
    if (!isEnd) return undefined;
    const place = [...path.slice(0, -1), String(parent.items.length)];
    return checked(document, place, withItem(text, parent, member));
  },

  remove(text, path) {
    if (nodeAt(parse(text).contents, path) === undefined) return undefined;
    throw new DocumentProblem('is YAML, of which members are read, added and replaced alone');
  },
};

function parse(text: string): Document.Parsed {
  if (/^%/m.test(text)) throw new DocumentProblem('has YAML directives');
  const documents = parseAllDocuments(text, {
    version: '1.2',
    intAsBigInt: true,
    prettyErrors: false,
    // The time of the check of all keys is quadratic; `pairOf` checks those of the path.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [document] = documents;
  if (!('length' in documents) || document === undefined) {
    throw new DocumentProblem('is not a YAML document');
  }
  if (documents.length > 1) throw new DocumentProblem('has several YAML documents');
  if (document.errors.length > 0) throw new DocumentProblem('is not valid YAML');
  if (document.warnings.length > 0) throw new DocumentProblem('has YAML tags');
  refuseSpecial(document);
  return document;
}

/** Refuses what has another meaning in another place or for another reader. */
function refuseSpecial(document: Document.Parsed): void {
  visit(document, {
    Alias() {
      throw new DocumentProblem('has YAML aliases');
    },
    Node(_key, { tag }) {
      if (tag !== undefined) throw new DocumentProblem('has YAML tags');
    },
  });
}

/** Returns the node of a member; undefined if there is none. */
function nodeAt(root: unknown, path: Path): Node | undefined {
  let node = root;
  for (const token of path) {
    if (isSeq(node)) node = node.items[arrayIndex(token) ?? -1];
    else if (isMap(node)) node = pairOf(node, token)?.value;
    else return undefined;
  }
  return isNode(node) ? node : undefined;
}

function pairOf(map: YAMLMap, token: string): Pair | undefined {
  const named = map.items.filter((pair) => nameOf(pair) === token);
  if (named.length > 1) throw new DocumentProblem('has a member of this path twice');
  // YAML 1.1, which many programs read, takes more members from there.
  const isMerged = map.items.some((pair) => nameOf(pair) === '<<');
  if (isMerged && token !== '<<') throw new DocumentProblem('has a merge key in this path');
  return named[0];
}

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** Replaces a value: JSON is on one line, so that only one that is on its own lines is refused. */
function replaced(text: string, node: Node, member: NewMember): string {
  const [start, end] = rangeOf(node);
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  if (isBlock) throw new DocumentProblem('has a YAML block there, which is not replaced');
  const isBlockScalar = isScalar(node) && String(node.type).startsWith('BLOCK_');
  const by = jsonTextOf(member) + (isBlockScalar ? '\n' : '');
  // An absent value is directly behind its colon.
  const isEmpty = start === end;
  return spliced(text, { offset: start, length: end - start }, isEmpty ? ` ${by}` : by);
}

function withEntry(text: string, map: YAMLMap, name: string, member: NewMember): string {
  const entry = `${jsonTextOf({ kind: 'text', text: name })}: ${jsonTextOf(member)}`;
  if (map.flow === true) return inBrackets(text, map, entry);
  const [first] = map.items;
  if (first === undefined || !isNode(first.key)) throw notAdded();
  const [offset] = rangeOf(first.key);
  const column = offset - (text.lastIndexOf('\n', offset - 1) + 1);
  return spliced(text, { offset, length: 0 }, `${entry}\n${' '.repeat(column)}`);
}

function withItem(text: string, seq: YAMLSeq, member: NewMember): string {
  if (seq.flow !== true) throw notAdded();
  return inBrackets(text, seq, jsonTextOf(member));
}

/** Adds an entry behind the last one of a flow collection. */
function inBrackets(text: string, node: YAMLMap | YAMLSeq, entry: string): string {
  const [start, end] = rangeOf(node);
  const inside = text.slice(start + 1, end - 1);
  // With a comment inside, the end of the last entry is not certain.
  if (inside.includes('#')) throw notAdded();
  const isEmpty = inside.trim() === '';
  const isEnded = isEmpty || inside.trimEnd().endsWith(',');
  return spliced(text, { offset: end - 1, length: 0 }, isEnded ? entry : `, ${entry}`);
}

function notAdded(): DocumentProblem {
  return new DocumentProblem('has YAML there to which nothing is added');
}

function rangeOf({ range }: Node): readonly [start: number, end: number] {
  if (!range) throw notAdded();
  return [range[0], range[1]];
}

/** Returns the new text, once it is certain that it differs in the member alone. */
function checked(before: Document.Parsed, path: Path, text: string): string {
  const after = parse(text);
  const present = nodeAt(after.contents, path);
  if (present === undefined) throw new DocumentProblem('cannot be changed as YAML');
  // What can be written must be readable.
  memberOf(after, present);
  const place = placeIn(after, path);
  for (const document of [before, after]) {
    if (nodeAt(document.contents, path) !== undefined) document.deleteIn(place);
  }
  const isSame = isDeepStrictEqual(plainOf(before), plainOf(after));
  if (!isSame) throw new DocumentProblem('cannot be changed as YAML');
  return text;
}

/** Returns the keys of a path as the document has them. */
function placeIn(document: Document.Parsed, path: Path): readonly unknown[] {
  return path.map((token, level) => {
    const parent = nodeAt(document.contents, path.slice(0, level));
    if (isSeq(parent)) return arrayIndex(token);
    const key = isMap(parent) ? pairOf(parent, token)?.key : undefined;
    return isScalar(key) ? key.value : token;
  });
}

function plainOf(document: Document.Parsed): unknown {
  return document.toJS() as unknown;
}

function memberOf(document: Document.Parsed, node: Node): Member {
  if (isScalar(node)) {
    const { value, source = '' } = node;
    if (typeof value === 'string') return { text: value, isString: true };
    if (isNumber(value)) return { text: jsonNumber(source), isString: false };
  }
  const value: unknown = node.toJS(document);
  visit(node, {
    Scalar(_key, scalar) {
      if (!isNumber(scalar.value)) return;
      jsonNumber(scalar.source ?? '');
      if (Math.abs(Number(scalar.value)) === Infinity) throw noJsonNumber();
    },
  });
  return { text: JSON.stringify(value, exactly), isString: false };
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Returns a number as it is written, if JSON has the number and other readers read the same. */
function jsonNumber(source: string): string {
  if (JSON_NUMBER.test(source)) return source;
  throw noJsonNumber();
}

function noJsonNumber(): DocumentProblem {
  return new DocumentProblem('has a number there that JSON does not have');
}

/** Refuses integers that JSON readers would round. */
function exactly(_name: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
    throw new DocumentProblem('has a number there with too many digits for JSON');
  }
  return Number(value);
}
