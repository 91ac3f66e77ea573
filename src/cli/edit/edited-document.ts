import { SecretBytes } from '@sallyport/client';
import {
  isMap,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseDocument,
  Scalar,
  stringify,
} from 'yaml';
import type { ValuesByKey } from './merge-edit.js';
import { yamlProblem } from './yaml-problem.js';

/** Section with the values of others, which the user removes when the conflict is solved. */
const THEIRS = 'theirs';
const SECTIONS = ['stringData', 'data', THEIRS];
/** Characters that editors and YAML keep: printable ones, tabs and line feeds. */
const EDITABLE =
  /^[\t\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\u{10000}-\u{10ffff}]*$/u;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A text that is no document of values. The message has no part of the text. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';
}

export interface WrittenDocument {
  readonly values: ValuesByKey;
  /** Lines above the values; they contain no values. */
  readonly comment: readonly string[];
  /** Values that others have written to keys in conflict. */
  readonly theirs?: ValuesByKey;
}

/** Returns the YAML that the user edits: texts under `stringData`, other bytes under `data`. */
export function documentText({ values, comment, theirs }: WrittenDocument): string {
  const sections = sectionsOf(values);
  if (theirs !== undefined) sections.set(THEIRS, sectionsOf(theirs));
  return commentText(comment) + stringify(sections, { lineWidth: 0, version: '1.2' });
}

/** Returns a text of the user under another comment. */
export function withComment(text: string, comment: readonly string[]): string {
  return commentText(comment) + withoutComment(text);
}

/** Reports whether two texts of the user differ in the comment at their beginning at most. */
export function isSameText(one: string, other: string): boolean {
  return withoutComment(one) === withoutComment(other);
}

function withoutComment(text: string): string {
  return text.replace(/^(?:#.*(?:\n|$))*/, '');
}

/** Reports whether a text has nothing but comments. */
export function isEmptyDocument(text: string): boolean {
  return text.split(/\r?\n/).every((line) => /^\s*(#.*)?$/.test(line));
}

/** Returns the values in a text of the user. Throws InvalidDocument. */
export function documentValues(text: string): ValuesByKey {
  const lines = new LineCounter();
  // All scalars of this schema are texts: 0123 and true are values as they stand.
  const document = parseDocument(text, {
    ...{ schema: 'failsafe', prettyErrors: false, lineCounter: lines, logLevel: 'error' },
  });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const { offset, sentence } = yamlProblem(error, document, text);
    throw new InvalidDocument(`line ${lines.linePos(offset).line} is no valid YAML: ${sentence}`);
  }
  const sections = membersOf(document.contents, 'the document');
  const unknown = [...sections.keys()].find((name) => !SECTIONS.includes(name));
  if (unknown !== undefined) throw new InvalidDocument('it has stringData and data, nothing else');
  if (sections.has(THEIRS)) {
    throw new InvalidDocument('solve the conflicts, then remove the section theirs');
  }
  return valuesOf(sections);
}

function sectionsOf(values: ValuesByKey): Map<string, unknown> {
  const texts = new Map<string, Scalar>();
  const bytes = new Map<string, string>();
  for (const [key, value] of values) {
    const text = editableText(value);
    if (text === undefined) bytes.set(key, Buffer.from(value.reveal()).toString('base64'));
    else texts.set(key, textScalar(text));
  }
  return new Map<string, unknown>([
    ['stringData', texts],
    ['data', bytes],
  ]);
}

/** Returns a scalar: in quotes if its spaces would not be seen, or not be kept as a block. */
function textScalar(text: string): Scalar {
  const scalar = new Scalar(text);
  if (!/^\S/.test(text) || /^[ \t]+$/m.test(text)) {
    scalar.type = 'QUOTE_DOUBLE';
  }
  return scalar;
}

function editableText(value: SecretBytes): string | undefined {
  const bytes = Buffer.from(value.reveal());
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) && EDITABLE.test(text) ? text : undefined;
}

function valuesOf(sections: ReadonlyMap<string, ParsedNode | null>): ValuesByKey {
  const values = new Map<string, SecretBytes>();
  for (const [section, decode] of [
    ['stringData', (text: string) => Buffer.from(text)],
    ['data', base64Bytes],
  ] as const) {
    for (const [key, node] of membersOf(sections.get(section) ?? null, section)) {
      if (values.has(key)) throw new InvalidDocument(`the key ${key} is in both sections`);
      if (node !== null && !isText(node)) {
        throw new InvalidDocument(`the value of ${key} is no text: put it in quotes`);
      }
      const decoded = decode(isScalar(node) ? String(node.value) : '');
      if (decoded === undefined) throw new InvalidDocument(`the value of ${key} is not base64`);
      values.set(key, new SecretBytes(Uint8Array.from(decoded)));
    }
  }
  return values;
}

/** Reports whether a node is a text without an anchor, which would not be a part of the value. */
function isText(node: ParsedNode): boolean {
  return isScalar(node) && typeof node.value === 'string' && node.anchor === undefined;
}

/** Returns the members of a map; an empty text is a map without members. */
function membersOf(node: ParsedNode | null, what: string): ReadonlyMap<string, ParsedNode | null> {
  if (node === null || (isScalar(node) && node.value === '')) return new Map();
  if (!isMap(node)) throw new InvalidDocument(`${what} is no list of KEY: VALUE`);
  return new Map(
    node.items.map(({ key, value }) => {
      if (!isScalar(key)) throw new InvalidDocument(`${what} has a key that is no text`);
      return [String(key.value), value];
    }),
  );
}

function base64Bytes(text: string): Buffer | undefined {
  const joined = text.replaceAll(/\s/g, '');
  return BASE64.test(joined) ? Buffer.from(joined, 'base64') : undefined;
}

function commentText(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('');
}
