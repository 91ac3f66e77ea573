import { invalidAt, SallyportError } from '../../../core/errors/sallyport-error.js';
import { documentLimits } from '../../../core/document-limits.js';
import { SecretValue } from '../../../core/secret-value.js';
import { escapeSegment, parsePointer, pointerTo } from '../json-pointer.js';
import type { SecretRef } from '../secret.js';
import {
  arrayIndex,
  DocumentProblem,
  type DocumentSyntax,
  type NewMember,
  type Path,
} from './document.js';
import { jsonDocument, parseJson } from './json-document.js';
import { propertiesDocument } from './properties-document.js';
import { yamlDocument } from './yaml-document.js';

/** Key of a Secret whose value is a document, and a place in the document. */
export interface DocumentPlace {
  readonly key: string;
  /** As given by the caller. */
  readonly pointer: string;
}

/** Member of a document, without the document. */
export interface FoundMember {
  readonly value: SecretValue;
  readonly isString: boolean;
}

/** Returns why a pointer names no place inside a document; undefined if it does. */
export function pointerReason(pointer: string): string | undefined {
  if (pointer.length > documentLimits.pointerCharactersMax) {
    return `must have at most ${documentLimits.pointerCharactersMax} characters`;
  }
  if (encodeURIComponent(pointer).length > documentLimits.pointerBytesMax) {
    return `must have at most ${documentLimits.pointerBytesMax} characters as a part of a URI`;
  }
  const path = parsePointer(pointer);
  if (path === undefined || path.length === 0) return 'must be a JSON pointer such as /db/password';
  const { depthMax } = documentLimits;
  return path.length > depthMax ? `must have at most ${depthMax} parts` : undefined;
}

/** Object that has a document in a key. */
export interface DocumentOwner {
  readonly name: string;
  /** Its resource, `secrets` if absent. */
  readonly resource?: 'secrets' | 'secretimports';
}

/**
 * Returns a member of a document. Throws NotFound if it has no such member, and Invalid if the
 * value is no document.
 */
export function memberAt(
  owner: DocumentOwner,
  place: DocumentPlace,
  value: SecretValue,
): FoundMember {
  const member = inDocument(place, value, (syntax, text, path) => syntax.find(text, path));
  if (member === undefined) throw memberNotFound(owner, place);
  return { value: valueOf(place, member.text), isString: member.isString };
}

/** Returns why a member was not read, with the names of its key and of what has it. */
export function memberReason(
  owner: DocumentOwner,
  place: DocumentPlace,
  { code, message, errors: [problem] }: SallyportError,
): string {
  if (code !== 'Invalid' || problem === undefined) return message;
  return `${memberName(owner, place)}: the value ${problem.reason}`;
}

/** Returns the document with a member added or replaced. Throws as `memberAt`. */
export function withMember(
  ref: SecretRef,
  place: DocumentPlace,
  value: SecretValue,
  member: NewMember,
): SecretValue {
  const text = inDocument(place, value, (syntax, before, path) => syntax.put(before, path, member));
  if (text === undefined) throw memberNotFound(ref, place);
  return readable(place, text);
}

/** Returns the document without a member. Throws as `memberAt`. */
export function withoutMember(
  ref: SecretRef,
  place: DocumentPlace,
  value: SecretValue,
): SecretValue {
  const text = inDocument(place, value, (syntax, before, path) => syntax.remove(before, path));
  if (text === undefined) throw memberNotFound(ref, place);
  return readable(place, text);
}

/** Returns as how many requests a read or a change of a member in a key counts. */
export function memberRequests({ key }: Pick<DocumentPlace, 'key'>): number {
  const { requestsCounted, yamlRequestsCounted } = documentLimits;
  return syntaxOf(key) === yamlDocument ? yamlRequestsCounted : requestsCounted;
}

/** Names a place in a trail: the key, and the pointer as in a URI (RFC 6901, section 6). */
export function placeName({ key, pointer }: DocumentPlace): string {
  const tokens = parsePointer(pointer) ?? [];
  const path = tokens.map((token) => `/${encodeURIComponent(escapeSegment(token))}`);
  return `${key}#${path.join('')}`;
}

/** Returns what an access to a member names in its event. */
export function memberReach(place: DocumentPlace) {
  return { keys: [place.key], keysOnly: true, pointers: [placeName(place)] } as const;
}

/** Returns the member that a body is. Throws Invalid if it is not text, or not JSON as stated. */
export function newMember(body: SecretValue, isJson: boolean): NewMember {
  const text = body.revealText();
  if (text === undefined) throw invalidAt('/body', 'must be UTF-8 text');
  if (!isJson) return { kind: 'text', text };
  try {
    parseJson(text);
    return { kind: 'json', text: text.trim() };
  } catch (error) {
    if (error instanceof DocumentProblem) throw invalidAt('/body', error.message);
    throw error;
  }
}

/** Reports whether a change by this pointer has another effect if it is made twice. */
export function isPositional({ pointer }: DocumentPlace): boolean {
  const last = parsePointer(pointer)?.at(-1) ?? '';
  return last === '-' || arrayIndex(last) !== undefined;
}

function inDocument<T>(
  { key, pointer }: DocumentPlace,
  value: SecretValue,
  work: (syntax: DocumentSyntax, text: string, path: Path) => T,
): T {
  const syntax = syntaxOf(key);
  try {
    refuseLong(syntax, value);
    const text = value.revealText();
    if (text === undefined) throw new DocumentProblem('is not UTF-8 text');
    return work(syntax, text, parsePointer(pointer) ?? []);
  } catch (error) {
    if (error instanceof DocumentProblem) throw error.of(key);
    throw error;
  }
}

function refuseLong({ name, bytesMax }: DocumentSyntax, { sizeBytes }: SecretValue): void {
  if (sizeBytes <= bytesMax) return;
  throw new DocumentProblem(`has more than ${bytesMax} bytes, the most for ${name}`);
}

/** Returns a changed document. Throws Invalid if it could not be read or changed again. */
function readable(place: DocumentPlace, text: string): SecretValue {
  const value = valueOf(place, text);
  inDocument(place, value, (syntax, after, path) => {
    if (!syntax.readsChanges) syntax.find(after, path);
  });
  return value;
}

/** Chooses a syntax by the end of the key, so that a value cannot choose its reader. */
function syntaxOf(key: string): DocumentSyntax {
  if (/\.ya?ml$/i.test(key)) return yamlDocument;
  return /\.properties$/i.test(key) ? propertiesDocument : jsonDocument;
}

function valueOf({ key }: DocumentPlace, text: string): SecretValue {
  const value = SecretValue.fromText(text);
  if (value === undefined) throw invalidAt(pointerTo('data', key), 'has a member that is no text');
  return value;
}

function memberNotFound(owner: DocumentOwner, place: DocumentPlace): SallyportError {
  return new SallyportError('NotFound', `${memberName(owner, place)} not found`);
}

function memberName(
  { name, resource = 'secrets' }: DocumentOwner,
  { key, pointer }: DocumentPlace,
): string {
  return `pointer "${pointer}" in key "${key}" of ${resource} "${name}"`;
}
