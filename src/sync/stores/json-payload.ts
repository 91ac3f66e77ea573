import { parseJson } from '../../core/parse-json.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { contentIn, isTooMuchToWrite, jsonBody, memberOfText } from './json-values.js';
import { type PayloadContent, type SecretPayload, textOfValue } from './secret-payload.js';

/** Payload that is one object of JSON with all values. */
export const jsonPayload: SecretPayload = {
  mediaType: 'application/json',
  textOf: jsonMapOf,
  bytesOf: (content) => Buffer.from(jsonMapOf(content), 'utf8'),
  without: escaped,
  read: readJson,
};

/**
 * Returns content as members of an object for `JSON.stringify`, sorted by key: equal values give
 * equal texts. Throws RemoteFault StoreRefused for bytes that are not text.
 */
export function membersOf(
  { values, jsonKeys }: PayloadContent,
  memberOf: (text: string) => unknown = memberOfText,
): Readonly<Record<string, unknown>> {
  const sorted = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const members = sorted.map(([key, value]) => {
    const text = textOfValue(value);
    return [key, jsonKeys.has(key) ? memberOf(text) : text] as const;
  });
  const content = Object.fromEntries(members);
  if (jsonKeys.size > 0 && isTooMuchToWrite(JSON.stringify(content))) {
    throw new RemoteFault('StoreRefused', 'the values have more members than can be read again');
  }
  return content;
}

function jsonMapOf(content: PayloadContent): string {
  return JSON.stringify(membersOf(content));
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
function readJson(payload: Uint8Array): PayloadContent {
  try {
    parseJson(payload);
  } catch {
    // The error may quote a key.
    throw notReadable();
  }
  const body = jsonBody(Buffer.from(payload));
  if (body === undefined) throw notReadable();
  return contentIn(body);
}

function notReadable(): RemoteFault {
  return new RemoteFault('NotReadable', 'the secret in the store is not one object of JSON');
}
