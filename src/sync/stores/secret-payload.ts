import type { SecretValue } from '../../core/secret-value.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { jsonKeysOf, type RemoteSecret, type RemoteWrite } from '../domain/remote-store.js';

/** Values of a payload, and the keys whose members are JSON other than texts. */
export type PayloadContent = Required<Pick<RemoteSecret, 'values' | 'jsonKeys'>>;

/** Form of values in a store whose secrets have one text, or one sequence of bytes. */
export interface SecretPayload {
  /** Media type, for stores that note it. */
  readonly mediaType: string;
  /** Returns content as a text. Throws RemoteFault StoreRefused for bytes that are not text. */
  readonly textOf: (content: PayloadContent) => string;
  /** Returns content as bytes. Throws RemoteFault StoreRefused for values that it cannot have. */
  readonly bytesOf: (content: PayloadContent) => Buffer;
  /**
   * Returns a text that readers take for the same, without a sequence of two characters that the
   * store does not take. Throws RemoteFault StoreRefused if there is no such text.
   */
  readonly without: (text: string, refused: string) => string;
  /** Returns the values of bytes that anybody may have written. Throws RemoteFault NotReadable. */
  readonly read: (payload: Uint8Array) => PayloadContent;
}

/** Returns the content that a write gives a secret: members keep their types. */
export function contentOf({ values, expected }: RemoteWrite): PayloadContent {
  return { values, jsonKeys: jsonKeysOf(expected) };
}

/** Returns the values of a text that anybody may have written. Throws RemoteFault NotReadable. */
export function readText(payload: SecretPayload, text: string): PayloadContent {
  if (text.isWellFormed()) return payload.read(Buffer.from(text, 'utf8'));
  throw new RemoteFault('NotReadable', 'the secret in the store is not text');
}

/** Returns the text. Throws RemoteFault StoreRefused if it has more bytes than the store takes. */
export function bounded(text: string, bytesMax: number): string {
  requireBytes(Buffer.byteLength(text), bytesMax);
  return text;
}

/** Returns the bytes. Throws RemoteFault StoreRefused if they are more than the store takes. */
export function boundedBytes(bytes: Buffer, bytesMax: number): Buffer {
  requireBytes(bytes.length, bytesMax);
  return bytes;
}

function requireBytes(bytes: number, bytesMax: number): void {
  if (bytes <= bytesMax) return;
  const message = `the values take more than the ${bytesMax} bytes of the store`;
  throw new RemoteFault('StoreRefused', message);
}

/** Returns a value as text. Throws RemoteFault StoreRefused for bytes that are not text. */
export function textOfValue(value: SecretValue): string {
  const text = value.revealText();
  if (text !== undefined) return text;
  throw new RemoteFault('StoreRefused', 'a value is not text, and the store has texts only');
}
