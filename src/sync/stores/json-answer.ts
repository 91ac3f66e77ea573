import { SecretValue } from '../../core/secret-value.js';
import { syncLimits } from '../../core/sync-limits.js';
import type { HttpsAnswer } from '../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../domain/remote-fault.js';

/** Object of JSON whose numbers are kept as they were sent. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns the body of an answer. Throws RemoteFault TargetFailed for another one than JSON. */
export function bodyOf({ body }: HttpsAnswer): JsonObject {
  if (body === undefined)
    throw new RemoteFault('TargetFailed', 'the answer of the store is too long');
  const parsed = parsedObject(body.toString('utf8'));
  if (parsed !== undefined) return parsed;
  throw new RemoteFault('TargetFailed', 'the answer of the store is not JSON');
}

/** Parses an object of JSON; undefined for any other text. The parser's error would quote it. */
export function parsedObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text, exactNumbers);
    return isObject(parsed) ? parsed : undefined;
  } catch {
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
export function memberOf(body: unknown, name: string): JsonObject | undefined {
  const member = isObject(body) ? body[name] : undefined;
  return isObject(member) ? member : undefined;
}

/** Returns the objects of a member that is a list of objects; undefined for anything else. */
export function listOf(member: unknown): readonly JsonObject[] | undefined {
  return Array.isArray(member) && member.every(isObject) ? member : undefined;
}

/**
 * Returns the values of a secret: texts, and numbers and booleans as they were sent. Throws
 * RemoteFault NotReadable for a member that is a list, an object or null.
 */
export function valuesOf(data: JsonObject): ReadonlyMap<string, SecretValue> {
  const entries = Object.entries(data).map(([key, member]) => {
    const text = plainText(member);
    const value = text === undefined ? undefined : SecretValue.fromText(text);
    if (value !== undefined) return [key, value] as const;
    throw new RemoteFault('NotReadable', 'a member of the secret in the store is no plain text');
  });
  return new Map(entries);
}

function plainText(member: unknown): string | undefined {
  if (typeof member === 'string') return member;
  if (typeof member === 'boolean') return String(member);
  return member instanceof ExactNumber ? member.text : undefined;
}

function isObject(value: unknown): value is JsonObject {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isPlain && !(value instanceof ExactNumber);
}

/** Returns the failure of a write for a state that is not there any more. */
export function changed(): RemoteFault {
  return new RemoteFault('StoreChanged', 'the secret in the store was changed meanwhile');
}

/** Returns the failure of a store that takes no requests now, with the pause that it demands. */
export function busy(answer: HttpsAnswer): RemoteFault {
  const retryAfterMs = pauseOf(answer);
  return new RemoteFault('StoreBusy', 'the store takes no requests now', { retryAfterMs });
}

/** Returns the pause that an answer demands. RFC 9110, section 10.2.3, in seconds. */
export function pauseOf({ headers }: HttpsAnswer): number | undefined {
  const seconds = /^\d{1,9}$/.exec(headers['retry-after'] ?? '')?.[0];
  if (seconds === undefined) return undefined;
  return Math.min(Number(seconds) * 1_000, syncLimits.retryAfterMsMax);
}
