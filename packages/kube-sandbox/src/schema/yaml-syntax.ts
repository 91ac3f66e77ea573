import { Buffer } from 'node:buffer';
import { isAlias, isMap, isScalar, isSeq, LineCounter, Scalar, visit } from 'yaml';
import type { Alias, Document, Pair, YAMLMap, YAMLParseError } from 'yaml';

import { goQuote } from '../authz/go-quote.js';
import { jsonAsYaml } from './json-as-yaml.js';
import { DocumentSyntaxError, nestingLevelsMax } from './json-syntax.js';
import { RawNumber, RawObject, type RawValue } from './raw-value.js';
import { composeFirst, misplaced } from './yaml-document.js';
import { notANumber, resolvePlainScalar } from './yaml-scalar.js';

export interface YamlDocument {
  readonly value: RawValue;
  /** Messages such as `line 3: key "name" already set in map`. */
  readonly duplicates: readonly string[];
}

/** Aliases can make a small text a huge document; valid objects repeat far fewer values. */
const repeatedValuesMax = 200_000;
/** Limit of reported duplicates, which the API server also has for JSON. */
const duplicatesMax = 100;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;
const tagPrefix = 'tag:yaml.org,2002:';
const resolvableTags = new Set(['bool', 'int', 'float', 'null'].map((tag) => tagPrefix + tag));
const messages: Readonly<Partial<Record<YAMLParseError['code'], string>>> = {
  TAB_AS_INDENT: 'found character that cannot start any token',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  BAD_INDENT: "did not find expected ',' or ']'",
  MISSING_CHAR: "could not find expected ':'",
};

/**
 * Parses the first document of a YAML text as the API server's reader does. Throws
 * DocumentSyntaxError, in words similar to Go's, and ApiStatusError (413) for too much YAML; JSON
 * has no such limit.
 */
export function parseYaml(text: string): YamlDocument {
  if (controls.test(text)) throw new DocumentSyntaxError('control characters are not allowed');
  const unmarked = text.replace(/^\ufeff/, '');
  const value = jsonAsYaml(unmarked);
  if (value !== undefined) return { value, duplicates: [] };
  try {
    return readFirst(unmarked);
  } catch (error) {
    // The parser recurses once per level.
    if (!(error instanceof RangeError)) throw error;
    throw new DocumentSyntaxError(`exceeded max depth of ${nestingLevelsMax}`);
  }
}

function readFirst(text: string): YamlDocument {
  const lines = new LineCounter();
  const document = composeFirst(text, lines);
  if (document === undefined) return { value: null, duplicates: [] };
  const [error] = document.errors;
  if (error !== undefined) throw worded(error, text, lines);
  const reader = new YamlReader(document, lines);
  return { value: reader.value(document.contents, 0), duplicates: reader.duplicates };
}

function worded({ code, pos, message }: YAMLParseError, text: string, lines: LineCounter): Error {
  const { line } = lines.linePos(pos[0]);
  const open = /^Flow (map|sequence).* end with a/.exec(message)?.[1];
  return misplaced(line, open === undefined ? messages[code] : unclosed(open, text));
}

/** A list or map in brackets is still open at the end of the text. */
function unclosed(open: string, text: string): string {
  if (/[[{,:]\s*$/.test(text)) return 'did not find expected node content';
  return `did not find expected ',' or '${open === 'map' ? '}' : ']'}'`;
}

class YamlReader {
  readonly duplicates: string[] = [];
  readonly #targets: ReadonlyMap<Alias, unknown>;
  readonly #lines: LineCounter;
  #repeated = 0;
  #aliasesOpen = 0;

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#targets = targetsOf(document);
    this.#lines = lines;
  }

  value(node: unknown, depth: number): RawValue {
    if (this.#aliasesOpen > 0) this.#repeated += 1;
    if (this.#repeated > repeatedValuesMax) {
      throw new DocumentSyntaxError('document contains excessive aliasing');
    }
    if (depth > nestingLevelsMax) {
      throw new DocumentSyntaxError(`exceeded max depth of ${nestingLevelsMax}`);
    }
    if (isAlias(node)) return this.#repeat(node, depth + 1);
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) return node.items.map((item) => this.value(item, depth + 1));
    return isScalar(node) ? scalarValue(node) : null;
  }

  /** Sorts members by name, as the API server does in the conversion to JSON. */
  #map(node: YAMLMap, depth: number): RawObject {
    const members = new Map<string, RawValue>();
    const seen = new Set<string>();
    for (const pair of node.items) {
      if (isMerge(pair)) this.#merge(pair.value, members, depth);
    }
    for (const pair of node.items) {
      if (isMerge(pair)) continue;
      const name = this.#name(pair.key, depth);
      if (seen.has(name)) this.#reportDuplicate(pair, name);
      seen.add(name);
      members.set(name, this.value(pair.value, depth + 1));
    }
    return new RawObject([...members].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #merge(source: unknown, into: Map<string, RawValue>, depth: number): void {
    const node = isAlias(source) ? this.#target(source) : source;
    const sources = isSeq(node) ? [...node.items].reverse() : [node];
    for (const each of sources) {
      const isRepeated = isAlias(each) || node !== source;
      const merged = isRepeated ? this.#repeat(each, depth + 1) : this.value(each, depth + 1);
      if (!(merged instanceof RawObject)) {
        throw new DocumentSyntaxError('map merge requires map or sequence of maps as the value');
      }
      for (const [name, value] of merged.entries) into.set(name, value);
    }
  }

  #name(key: unknown, depth: number): string {
    const name = this.value(key, depth + 1);
    if (typeof name === 'string') return name;
    if (typeof name === 'boolean') return String(name);
    if (name instanceof RawNumber) return name.text;
    throw new DocumentSyntaxError('invalid map key');
  }

  #repeat(node: unknown, depth: number): RawValue {
    this.#aliasesOpen += 1;
    const value = this.value(isAlias(node) ? this.#target(node) : node, depth);
    this.#aliasesOpen -= 1;
    return value;
  }

  #target(alias: Alias): unknown {
    if (this.#targets.has(alias)) return this.#targets.get(alias);
    throw new DocumentSyntaxError('unknown anchor referenced');
  }

  #reportDuplicate({ key }: Pair, name: string): void {
    const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    if (this.duplicates.length >= duplicatesMax) return;
    const { line } = this.#lines.linePos(offset);
    this.duplicates.push(`line ${line}: key ${goQuote(name)} already set in map`);
  }
}

/** Finds all targets in one pass: the library searches from the start for each alias. */
function targetsOf(document: Document.Parsed): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(document, {
    Alias: (_, alias) => {
      if (anchors.has(alias.source)) targets.set(alias, anchors.get(alias.source));
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.value === '<<' && key.tag === undefined;
}

function scalarValue(node: Scalar): RawValue {
  const text = typeof node.value === 'string' ? node.value : '';
  if (node.tag === `${tagPrefix}binary`) return Buffer.from(text, 'base64').toString('utf8');
  const isPlain = node.type === undefined || node.type === Scalar.PLAIN;
  const isResolved = node.tag === undefined ? isPlain : resolvableTags.has(node.tag);
  if (!isResolved) return text.toWellFormed();
  if (notANumber.test(text)) throw new DocumentSyntaxError('a number has no value in JSON');
  return resolvePlainScalar(text);
}
