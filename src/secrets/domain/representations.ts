import { SallyportError } from '../../core/errors/sallyport-error.js';
import { SecretValue } from '../../core/secret-value.js';
import { type MetadataBody, toMetadataBody } from './read-body.js';
import type { Representation } from './representation.js';
import type { SecretData, SecretRef, StoredSecret } from './secret.js';

/** Approximate cost of a map entry in addition to its texts and bytes. */
const ENTRY_BYTES = 150;
/** Approximate ratio of an object's cost to its JSON. */
const OBJECT_FACTOR = 3;

/** Everything but values. */
export const metadataBody: Representation<MetadataBody> = {
  id: 'metadata-body',
  showsVersion: true,
  render: toMetadataBody,
  sizeBytes: (body) => JSON.stringify(body).length * OBJECT_FACTOR,
};

/** All values, in separate memory: decoded bytes share their memory with others. */
export const secretValues: Representation<SecretData> = {
  id: 'values',
  showsVersion: false,
  render: ({ data }) =>
    new Map([...data].map(([key, value]) => [key, SecretValue.ofKeptBytes(value)])),
  sizeBytes: (data) =>
    [...data].reduce((sum, [key, { sizeBytes }]) => sum + key.length + sizeBytes + ENTRY_BYTES, 0),
};

/** One value, in separate memory as above. */
export class KeyValue implements Representation<SecretValue> {
  readonly id: string;
  readonly showsVersion = false;
  readonly #key: string;

  constructor(key: string) {
    this.id = `key:${key}`;
    this.#key = key;
  }

  /** Throws NotFound if the Secret has no such key. */
  render(secret: StoredSecret): SecretValue {
    const value = secret.data.get(this.#key);
    if (value === undefined) throw keyNotFound(secret, this.#key);
    return SecretValue.ofKeptBytes(value);
  }

  sizeBytes(value: SecretValue): number {
    return value.sizeBytes + ENTRY_BYTES;
  }
}

/** Returns 404 for a key, in the words of the API server. */
export function keyNotFound(ref: SecretRef, key: string): SallyportError {
  return new SallyportError('NotFound', `key "${key}" of secrets "${ref.name}" not found`);
}
