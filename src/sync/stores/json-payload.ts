import { parseJson } from '../../core/parse-json.js';
import type { SecretValue } from '../../core/secret-value.js';
import { RemoteFault } from '../domain/remote-fault.js';
import type { RemoteSecret, RemoteValues } from '../domain/remote-store.js';
import { hasOtherTypes, jsonBody, valuesOf } from './json-values.js';

/**
 * Returns values as one object of JSON, sorted by key: equal values give equal texts. Throws
 * RemoteFault StoreRefused for bytes that are not text.
 */
export function jsonMapOf(values: RemoteValues): string {
  const sorted = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(textsIn(new Map(sorted)));
}

/** Returns values as texts. Throws RemoteFault StoreRefused for bytes that are not text. */
export function textsIn(values: RemoteValues): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].map(([key, value]) => [key, textIn(value)]));
}

/** Returns the text. Throws RemoteFault StoreRefused if it has more bytes than the store takes. */
export function bounded(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const message = `the values take more than the ${bytesMax} bytes of the store`;
  throw new RemoteFault('StoreRefused', message);
}

/** Returns the bytes of `jsonMapOf`. Throws RemoteFault StoreRefused as `bounded`. */
export function payloadOf(values: RemoteValues, bytesMax: number): Buffer {
  return Buffer.from(bounded(jsonMapOf(values), bytesMax), 'utf8');
}

/** Values of a payload, and whether some of them were no texts. */
export type ReadPayload = Required<Pick<RemoteSecret, 'values' | 'hasOtherTypes'>>;

/**
 * Returns the values of a payload that anybody may have written. Throws RemoteFault NotReadable for
 * all but one object of JSON without a second reading, such as a key that is there twice.
 */
export function readPayload(payload: Uint8Array): ReadPayload {
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

/** Returns the failure of a secret that is no object of JSON. */
export function notReadable(): RemoteFault {
  return new RemoteFault('NotReadable', 'the secret in the store is not one object of JSON');
}

function textIn(value: SecretValue): string {
  const text = value.revealText();
  if (text !== undefined) return text;
  throw new RemoteFault('StoreRefused', 'a value is not text, and the store has texts only');
}
