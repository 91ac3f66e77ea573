import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { documentLimits } from '../../../core/document-limits.js';
import {
  arrayIndex,
  DocumentProblem,
  type DocumentSyntax,
  jsonOf,
  type Member,
  type NewMember,
  type Path,
} from './document.js';

/** Keys of a YAML document that lead to a member: of maps as they are, of sequences numbers. */
type Place = readonly unknown[];

/**
 * YAML 1.2 documents. A change keeps comments and the order, but may change spaces and line breaks
 * elsewhere. https://yaml.org/spec/1.2.2/
 */
export const yamlDocument: DocumentSyntax = {
  name: 'YAML',
  bytesMax: documentLimits.yamlBytesMax,

  find(text, path) {
    const document = parse(text);
    const found = walk(document, path);
    return found.isThere ? memberOf(document, found.node) : undefined;
  },

  put(text, path, member) {
    const document = parse(text);
    const place = placeOf(document, path);
    if (place === undefined) return undefined;
    const node = document.getIn(place, true);
    if (isScalar(node) && member.kind === 'text') setText(node, member.text);
    else document.setIn(place, document.createNode(jsonOf(member)));
    return written(document, place, member);
  },

  remove(text, path) {
    const document = parse(text);
    const found = walk(document, path);
    if (!found.isThere || found.place.length === 0) return undefined;
    refuseShared(document);
    document.deleteIn(found.place);
    return document.toString({ lineWidth: 0 });
  },
};

function parse(text: string): Document.Parsed {
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
  if (document.warnings.length > 0) throw new DocumentProblem('has YAML tags of its own');
  return document as Document.Parsed;
}

interface Walked {
  readonly isThere: boolean;
  readonly node: unknown;
  readonly place: Place;
}

function walk(document: Document.Parsed, path: Path): Walked {
  const place: unknown[] = [];
  let node: unknown = document.contents;
  for (const token of path) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    const step = stepInto(parent, token);
    if (step === undefined) return { isThere: false, node: undefined, place };
    place.push(step.key);
    node = step.node;
  }
  return { isThere: true, node, place };
}

function stepInto(
  parent: unknown,
  token: string,
): { readonly key: unknown; readonly node: unknown } | undefined {
  if (isSeq(parent)) {
    const index = arrayIndex(token);
    if (index === undefined || index >= parent.items.length) return undefined;
    return { key: index, node: parent.items[index] };
  }
  if (!isMap(parent)) return undefined;
  const pair = pairOf(parent, token);
  return pair && { key: keyOf(pair), node: pair.value };
}

function pairOf(map: YAMLMap, token: string): Pair | undefined {
  const named = map.items.filter((pair) => String(keyOf(pair)) === token);
  if (named.length > 1) throw new DocumentProblem('has a member of this path twice');
  // YAML 1.1, which many programs read, takes more members from there.
  const isMerged = map.items.some((pair) => keyOf(pair) === '<<');
  if (isMerged && token !== '<<') throw new DocumentProblem('has a merge key in this path');
  return named[0];
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key;
}

/** Returns where a member is to be written; undefined if its parent has no place for it. */
function placeOf(document: Document.Parsed, path: Path): Place | undefined {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  refuseShared(document);
  const parent = walk(document, path.slice(0, -1));
  if (!parent.isThere) return undefined;
  if (isSeq(parent.node)) {
    const { length } = parent.node.items;
    const index = last === '-' ? length : arrayIndex(last);
    return index !== undefined && index <= length ? [...parent.place, index] : undefined;
  }
  if (!isMap(parent.node)) return undefined;
  const pair = pairOf(parent.node, last);
  return [...parent.place, pair === undefined ? last : keyOf(pair)];
}

/** A change of a node that others refer to would change these as well. */
function refuseShared(document: Document.Parsed): void {
  visit(document, {
    Alias() {
      throw new DocumentProblem('has YAML aliases, and is changed only as a whole');
    },
  });
}

/** Keeps quotes and comments. Plain text that would be read as another type gets quotes. */
function setText(node: Scalar, text: string): void {
  delete node.source;
  delete node.tag;
  node.value = text;
}

/** Returns the new text, once it is certain that it differs in the member alone. */
function written(document: Document.Parsed, place: Place, member: NewMember): string {
  const text = document.toString({ lineWidth: 0 });
  const read = parse(text);
  const { text: found, isString } = memberOf(read, read.getIn(place, true));
  const isThere = isString === (typeof jsonOf(member) === 'string') && found === textOf(member);
  for (const one of [read, document]) one.deleteIn(place);
  const isSame = isDeepStrictEqual(plain(read, read.contents), plain(document, document.contents));
  if (!isThere || !isSame) throw new DocumentProblem('cannot be changed as YAML');
  return text;
}

function textOf(member: NewMember): string {
  const json = jsonOf(member);
  return typeof json === 'string' ? json : JSON.stringify(json);
}

function memberOf(document: Document.Parsed, node: unknown): Member {
  const value = plain(document, node);
  if (typeof value === 'string') return { text: value, isString: true };
  if (typeof value === 'bigint') return { text: String(value), isString: false };
  return { text: JSON.stringify(value, exactly), isString: false };
}

/** Returns a node as plain values; integers are of any length. */
function plain(document: Document.Parsed, node: unknown): unknown {
  if (!isNode(node)) return null;
  try {
    return node.toJS(document, { maxAliasCount: documentLimits.aliasesMax }) as unknown;
  } catch {
    throw new DocumentProblem('has too many YAML aliases');
  }
}

/** Refuses what JSON has no number for, instead of another number. */
function exactly(_name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new DocumentProblem('has a number there that JSON does not have');
  }
  if (typeof value !== 'bigint') return value;
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
    throw new DocumentProblem('has a number there with too many digits for JSON');
  }
  return Number(value);
}
