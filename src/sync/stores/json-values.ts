import { type JsonBounds, jsonTokens } from '../../core/json-tokens.js';
import { SecretValue } from '../../core/secret-value.js';
import { syncLimits } from '../../core/sync-limits.js';
import { RemoteFault } from '../domain/remote-fault.js';
import type { PayloadContent } from './secret-payload.js';

/** Bounds of what is parsed: members cost more than bytes. */
const bounds: JsonBounds = {
  levelsMax: syncLimits.answerLevelsMax,
  membersMax: syncLimits.answerMembersMax,
};
/** Bounds of what is written: the answer to a read has further levels and members. */
const writtenBounds: JsonBounds = {
  levelsMax: syncLimits.answerLevelsMax - syncLimits.answerEnvelopeLevels,
  membersMax: syncLimits.answerMembersMax - syncLimits.answerEnvelopeMembers,
};

/** Object of JSON whose numbers are as they were sent. */
export type JsonBody = Readonly<Record<string, unknown>>;

/** Returns an object of JSON; undefined for any other text. */
export function jsonBody(bytes: Buffer): JsonBody | undefined {
  const body = parsed(bytes, exactNumbers);
  return isJsonBody(body) ? body : undefined;
}

/** Reports whether a text has more levels or members than are parsed. */
export function isTooMuchJson(bytes: Buffer): boolean {
  return isBeyond(bytes, bounds);
}

/** Reports whether a store could not return a text so that it can be read. */
export function isTooMuchToWrite(text: string): boolean {
  return isBeyond(Buffer.from(text, 'utf8'), writtenBounds);
}

function isBeyond(bytes: Buffer, of: JsonBounds): boolean {
  try {
    jsonTokens(bytes, of);
    return false;
  } catch {
    return true;
  }
}

/** Returns the value of JSON; undefined for other text, and for too much of it to parse. */
function parsed(bytes: Buffer, reviver?: typeof exactNumbers): unknown {
  try {
    jsonTokens(bytes, bounds);
    return JSON.parse(bytes.toString('utf8'), reviver);
  } catch {
    // The error would quote the text.
    return undefined;
  }
}

/** Keeps numbers as they were sent: `1.10` and large integers are values of secrets. */
function exactNumbers(_key: string, value: unknown, context?: { readonly source?: string }) {
  return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value;
}

/** Part of ECMAScript that the types of TypeScript lack. */
const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (text: string) => object };

class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): object {
    return rawJSON(this.text);
  }
}

/** Returns a member that is a number. */
export function numberOf(member: unknown): number | undefined {
  return member instanceof ExactNumber ? Number(member.text) : undefined;
}

/** Returns a member that is a text. */
export function textOf(member: unknown): string | undefined {
  return typeof member === 'string' ? member : undefined;
}

/** Returns a member that is an object of JSON; undefined for anything else. */
export function memberOf(body: unknown, name: string): JsonBody | undefined {
  const member = isJsonBody(body) ? body[name] : undefined;
  return isJsonBody(member) ? member : undefined;
}

/** Returns the objects of a member that is a list of objects; undefined for anything else. */
export function listOf(member: unknown): readonly JsonBody[] | undefined {
  return Array.isArray(member) && member.every(isJsonBody) ? member : undefined;
}

/** Returns members that are texts, such as tags, and leaves out others. */
export function textsOf(body: JsonBody | undefined): Readonly<Record<string, string>> {
  const texts = Object.entries(body ?? {}).filter(([, member]) => typeof member === 'string');
  return Object.fromEntries(texts) as Record<string, string>;
}

/**
 * Returns the values of a secret: texts, and other members as their JSON, with numbers as they were
 * sent. Throws RemoteFault NotReadable for a text that UTF-8 cannot have.
 */
export function contentIn(body: JsonBody): PayloadContent {
  const members = Object.entries(body);
  const jsonKeys = members.flatMap(([key, member]) => (typeof member === 'string' ? [] : [key]));
  const values = members.map(([key, member]) => [key, valueOfMember(member)] as const);
  return { values: new Map(values), jsonKeys: new Set(jsonKeys) };
}

function valueOfMember(member: unknown): SecretValue {
  const text = typeof member === 'string' ? member : JSON.stringify(member);
  const value = SecretValue.fromText(text);
  if (value !== undefined) return value;
  throw new RemoteFault('NotReadable', 'a member of the secret in the store is no text in UTF-8');
}

/**
 * Returns the member for a text whose former member was no text: the JSON that the text has, or the
 * text itself if the next read would not return this text.
 */
export function memberOfText(text: string): unknown {
  return memberIfSame(parsed(Buffer.from(text, 'utf8'), exactNumbers), text);
}

/**
 * Returns the member as `memberOfText` does, for a store in Go that keeps numbers as doubles and
 * objects as maps: it returns members in the order of the bytes of their names, and replaces
 * characters that UTF-8 cannot have. https://pkg.go.dev/encoding/json#Marshal
 */
export function memberOfMaps(text: string): unknown {
  const member = parsed(Buffer.from(text, 'utf8'));
  return isWellFormed(member) ? memberIfSame(asMap(member), text) : text;
}

/** Returns a value of JSON whose objects have their members in the order of the names' bytes. */
function asMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMap);
  if (!isJsonBody(value)) return value;
  const members = Object.entries(value).toSorted(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return Object.fromEntries(members.map(([name, member]) => [name, asMap(member)]));
}

/** Reports whether UTF-8 can have all names and texts of a value of JSON. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isWellFormed);
  if (!isJsonBody(value)) return true;
  return Object.entries(value).every(([name, one]) => name.isWellFormed() && isWellFormed(one));
}

function memberIfSame(member: unknown, text: string): unknown {
  return typeof member !== 'string' && JSON.stringify(member) === text ? member : text;
}

/** Reports whether a value of parsed JSON is an object. */
export function isJsonBody(value: unknown): value is JsonBody {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof ExactNumber);
}
