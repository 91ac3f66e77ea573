import { parseJson } from '../../core/parse-json.js';
import type { SecretValue } from '../../core/secret-value.js';
import { RemoteFault } from '../domain/remote-fault.js';
import type { RemoteValues } from '../domain/remote-store.js';
import { parsedObject, valuesOf } from './json-answer.js';

/** Returns the values as texts. Throws RemoteFault StoreRefused for bytes that are no text. */
export function textsOf(values: RemoteValues): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].map(([key, value]) => [key, textIn(value)]));
}

/**
 * Returns the values as one text of JSON, always the same one for equal values: a store compares
 * it if a write is repeated. Throws RemoteFault StoreRefused for bytes that are no text.
 */
export function jsonMapOf(values: RemoteValues): string {
  const sorted = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(textsOf(new Map(sorted)));
}

/** Returns the text. Throws RemoteFault StoreRefused if it has more bytes than the store takes. */
export function bounded(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  throw new RemoteFault('StoreRefused', `the values have more than ${bytesMax} bytes as JSON`);
}

/**
 * Reads a text of JSON that has one member for each key. Throws RemoteFault NotReadable for any
 * other text, and for a member that is given twice: other readers may take the other one.
 */
export function valuesInJsonMap(text: string): RemoteValues {
  const map = hasOneReading(text) ? parsedObject(text) : undefined;
  if (map !== undefined) return valuesOf(map);
  throw new RemoteFault('NotReadable', 'the secret in the store is no map in JSON');
}

function hasOneReading(text: string): boolean {
  try {
    parseJson(Buffer.from(text, 'utf8'));
    return true;
  } catch {
    return false;
  }
}

function textIn(value: SecretValue): string {
  const text = value.revealText();
  if (text !== undefined) return text;
  throw new RemoteFault('StoreRefused', 'a value is not text, and the store has texts only');
}
