import { EtagCache } from './etag-cache.js';
import { type Follow, follow } from './follow.js';
import {
  type CreateOptions,
  type VersionReadOptions,
  type WriteOptions,
  dryRunOf,
  headersOf,
  idempotencyKeyOf,
  writeHeadersOf,
} from './options.js';
import { pathOf, queryOf } from './path.js';
import { readBytes } from './read-bytes.js';
import { type Received, received } from './received.js';
import { SecretBytes } from './secret-bytes.js';
import { type Transport, readJson } from './transport.js';
import type { WriteResult } from './types.js';

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
    options: VersionReadOptions = {},
  ): Promise<Received<SecretBytes>> {
    const { consistency, version, signal } = options;
    const query = queryOf({ consistency, version });
    const path = keyPath(namespace, name, key) + query;
    const known = this.#cache.get<SecretBytes>(path);
    const headers = { ...headersOf(options), 'if-none-match': known?.etag };
    const read = await this.#transport.send(
      { method: 'GET', path, headers, signal },
      async (response) => {
        if (response.status === 304 && known !== undefined)
          return received(response, known.content);
        return received(response, new SecretBytes(await readBytes(response)));
      },
    );
    if (read.etag !== undefined) this.#cache.set(path, { etag: read.etag, content: read.content });
    return read;
  }

  /** Writes the bytes of a value, or a text as UTF-8. */
  put(
    namespace: string,
    name: string,
    key: string,
    value: Uint8Array<ArrayBuffer> | string,
    options: CreateOptions = {},
  ): Promise<Received<WriteResult>> {
    const body = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return this.#write('PUT', keyPath(namespace, name, key), options, body);
  }

  /** Removes a key. */
  delete(
    namespace: string,
    name: string,
    key: string,
    options: WriteOptions = {},
  ): Promise<Received<WriteResult>> {
    return this.#write('DELETE', keyPath(namespace, name, key), options);
  }

  /**
   * Yields the present value, then each later one, until the signal is aborted. Each wait is one
   * request of at most 30 s, which the audit trail records.
   */
  follow(
    namespace: string,
    name: string,
    key: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Follow<SecretBytes> {
    return follow(
      this.#transport,
      keyPath(namespace, name, key),
      options.signal,
      async (response) => {
        return new SecretBytes(await readBytes(response));
      },
    );
  }

  #write(
    method: 'PUT' | 'DELETE',
    path: string,
    options: CreateOptions,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Received<WriteResult>> {
    const request = {
      method,
      path: path + queryOf(dryRunOf(options)),
      headers: writeHeadersOf(options),
      idempotencyKey: idempotencyKeyOf(options),
      signal: options.signal,
      ...(body !== undefined && { body, mediaType: 'application/octet-stream' }),
    };
    return this.#transport.send(request, async (response) =>
      received(response, await readJson<WriteResult>(response)),
    );
  }
}

function keyPath(namespace: string, name: string, key: string): string {
  return pathOf('namespaces', namespace, 'secrets', name, 'keys', key);
}
