import { cachedRead } from './cached-read.js';
import { callJson } from './call-json.js';
import type { EtagCache } from './etag-cache.js';
import { type Follow, follow } from './follow.js';
import {
  type ConditionalWriteOptions,
  type PutOptions,
  type VersionReadOptions,
  dryRunOf,
  writeRequest,
} from './options.js';
import { pathOf, queryOf } from './path.js';
import type { Received } from './received.js';
import { SecretBytes } from './secret-bytes.js';
import type { Transport } from './transport.js';
import type { WriteResult } from './types.js';

/** Value to write: bytes, a text as UTF-8, or a value that was read. */
export type NewValue = Uint8Array<ArrayBuffer> | string | SecretBytes;

/** Single values as bytes. */
export class Keys {
  readonly #transport: Transport;
  readonly #cache: EtagCache;

  constructor(transport: Transport, cache: EtagCache) {
    this.#transport = transport;
    this.#cache = cache;
  }

  /** Reads a value. Throws `NotFound` if the Secret or the key does not exist. */
  async get(
    namespace: string,
    name: string,
    key: string,
    { consistency, version, reason, signal }: VersionReadOptions = {},
  ): Promise<Received<SecretBytes>> {
    const path = keyPath(namespace, name, key) + queryOf({ consistency, version });
    const parts = { transport: this.#transport, cache: this.#cache };
    return cachedRead(parts, { path, reason, signal }, (bytes) => new SecretBytes(bytes));
  }

  /** Writes the value of a key of an existing Secret. */
  async put(
    namespace: string,
    name: string,
    key: string,
    value: NewValue,
    options: PutOptions = {},
  ): Promise<Received<WriteResult>> {
    return callJson(this.#transport, {
      ...writeRequest(options),
      method: 'PUT',
      path: keyPath(namespace, name, key) + queryOf(dryRunOf(options)),
      body: bytesOf(value),
      mediaType: 'application/octet-stream',
    });
  }

  /** Removes a key. */
  async delete(
    namespace: string,
    name: string,
    key: string,
    options: ConditionalWriteOptions = {},
  ): Promise<Received<WriteResult>> {
    return callJson(this.#transport, {
      ...writeRequest(options),
      method: 'DELETE',
      path: keyPath(namespace, name, key) + queryOf(dryRunOf(options)),
    });
  }

  /**
   * Yields the present value, then each other value, until the signal is aborted. Each wait is one
   * request of at most 30 s, which the audit trail records.
   */
  follow(
    namespace: string,
    name: string,
    key: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Follow<SecretBytes> {
    return follow(this.#transport, {
      path: keyPath(namespace, name, key),
      signal,
      make: (bytes) => new SecretBytes(bytes),
      // The tag is that of the Secret, and changes with its other keys.
      isSame: (before, after) => before.equals(after),
    });
  }
}

/** Returns the bytes of a value. Throws a TypeError for anything else, which would be written. */
function bytesOf(value: NewValue): Uint8Array<ArrayBuffer> {
  if (value instanceof SecretBytes) return value.reveal();
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if (value instanceof Uint8Array) return value;
  throw new TypeError('a value is a text, a Uint8Array or a SecretBytes');
}

function keyPath(namespace: string, name: string, key: string): string {
  return pathOf('namespaces', namespace, 'secrets', name, 'keys', key);
}
