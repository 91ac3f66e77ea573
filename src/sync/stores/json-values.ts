import { SecretValue } from '../../core/secret-value.js';
import { RemoteFault } from '../domain/remote-fault.js';

/** Object of JSON whose numbers are as they were sent. */
export type JsonBody = Readonly<Record<string, unknown>>;

/** Returns an object of JSON; undefined for any other text. */
export function jsonBody(text: string): JsonBody | undefined {
  try {
    const parsed: unknown = JSON.parse(text, exactNumbers);
    return isJsonBody(parsed) ? parsed : undefined;
  } catch {
    // The error would quote the text.
    return undefined;
  }
}

/** Keeps numbers as they were sent: `1.10` and large integers are values of secrets. */
function exactNumbers(_key: string, value: unknown, context?: { readonly source?: string }) {
  return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value;
}

class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
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
 * Returns the values of a secret: texts, and numbers and booleans as they were sent. Throws
 * RemoteFault NotReadable for a member that is a list, an object or null.
 */
export function valuesOf(data: JsonBody): ReadonlyMap<string, SecretValue> {
  const entries = Object.entries(data).map(([key, member]) => {
    const text = plainText(member);
    const value = text === undefined ? undefined : SecretValue.fromText(text);
    if (value !== undefined) return [key, value] as const;
    throw new RemoteFault('NotReadable', 'a member of the secret in the store is no plain text');
  });
  return new Map(entries);
}

/** Reports whether a secret has members that are no text, such as numbers. */
export function hasOtherTypes(data: JsonBody): boolean {
  return Object.values(data).some((member) => typeof member !== 'string');
}

function plainText(member: unknown): string | undefined {
  if (typeof member === 'string') return member;
  if (typeof member === 'boolean') return String(member);
  return member instanceof ExactNumber ? member.text : undefined;
}

/** Reports whether a value of parsed JSON is an object. */
export function isJsonBody(value: unknown): value is JsonBody {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof ExactNumber);
}
