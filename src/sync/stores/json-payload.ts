import { parseJson } from '../../core/parse-json.js';
import { RemoteFault } from '../domain/remote-fault.js';
import type { RemoteValues } from '../domain/remote-store.js';
import { hasOtherTypes, jsonBody, valuesOf } from './json-values.js';
import { type ReadPayload, type SecretPayload, textOfValue } from './secret-payload.js';

/** Payload that is one object of JSON with all values. */
export const jsonPayload: SecretPayload = {
  mediaType: 'application/json',
  textOf: jsonMapOf,
  bytesOf: (values) => Buffer.from(jsonMapOf(values), 'utf8'),
  without: escaped,
  read: readJson,
};

/** Returns values as texts. Throws RemoteFault StoreRefused for bytes that are not text. */
export function textsIn(values: RemoteValues): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].map(([key, value]) => [key, textOfValue(value)]));
}

/**
 * Returns values as one object of JSON, sorted by key: equal values give equal texts. Throws
 * RemoteFault StoreRefused for bytes that are not text.
 */
function jsonMapOf(values: RemoteValues): string {
  const sorted = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(textsIn(new Map(sorted)));
}

/** Escapes the second character, which a reader of JSON takes for the character itself. */
function escaped(text: string, refused: string): string {
  const code = refused.charCodeAt(1).toString(16).padStart(4, '0');
  return text.replaceAll(refused, () => `${refused[0]}\\u${code}`);
}

/**
 * Returns the values of a payload. Throws RemoteFault NotReadable for all but one object of JSON
 * without a second reading, such as a key that is there twice.
 */
function readJson(payload: Uint8Array): ReadPayload {
  try {
    parseJson(payload);
  } catch {
    // The error may quote a key.
    throw notReadable();
  }
  const body = jsonBody(Buffer.from(payload).toString('utf8'));
  if (body === undefined) throw notReadable();
  return { values: valuesOf(body), hasOtherTypes: hasOtherTypes(body) };
}

function notReadable(): RemoteFault {
  return new RemoteFault('NotReadable', 'the secret in the store is not one object of JSON');
}
