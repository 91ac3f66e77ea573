import { callJson } from './call-json.js';
import { EtagCache } from './etag-cache.js';
import { type Follow, follow } from './follow.js';
import {
  type CreateOptions,
  type ReadOptions,
  type SecretListOptions,
  type VersionReadOptions,
  type WriteOptions,
  dryRunOf,
  headersOf,
  idempotencyKeyOf,
  writeHeadersOf,
} from './options.js';
import { type ListPage, PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import { type Received, received } from './received.js';
import { SecretValues } from './secret-values.js';
import { type Transport, readJson } from './transport.js';
import type {
  JsonPatch,
  Secret as SecretBody,
  SecretList,
  SecretMergePatch,
  SecretMetadata,
  SecretWrite,
  Values,
  WriteResult,
} from './types.js';
import { type WatchOptions, type WatchedChange, watch } from './watch.js';

/** A Secret whose values do not show themselves. */
export type Secret = Omit<SecretBody, 'stringData' | 'data'> & { readonly values: SecretValues };

/** Whole Secrets. */
export class Secrets {
  readonly #transport: Transport;
  readonly #cache: EtagCache;

  constructor(transport: Transport, cache: EtagCache) {
    this.#transport = transport;
    this.#cache = cache;
  }

  /** Reads a Secret with its values. */
  async get(
    namespace: string,
    name: string,
    options: VersionReadOptions = {},
  ): Promise<Received<Secret>> {
    const { consistency, version, signal } = options;
    const path = secretPath(namespace, name) + queryOf({ consistency, version });
    const known = this.#cache.get<Secret>(path);
    const headers = { ...headersOf(options), 'if-none-match': known?.etag };
    const request = { method: 'GET', path, headers, signal } as const;
    const read = await this.#transport.send(request, async (response) => {
      if (response.status === 304 && known !== undefined) return received(response, known.content);
      return received(response, await readSecret(response));
    });
    if (read.etag !== undefined) this.#cache.set(path, { etag: read.etag, content: read.content });
    return read;
  }

  /** Reads everything but the values. */
  metadata(
    namespace: string,
    name: string,
    options: ReadOptions = {},
  ): Promise<Received<SecretMetadata>> {
    const { consistency, signal } = options;
    const path = pathOf('namespaces', namespace, 'secrets', name, 'metadata');
    return callJson(this.#transport, {
      method: 'GET',
      path: path + queryOf({ consistency }),
      headers: headersOf(options),
      signal,
    });
  }

  /** Lists metadata: of one namespace, or of all that the caller may list. */
  list(namespace: string | undefined, options: SecretListOptions = {}): PagedList<SecretMetadata> {
    const { signal, reason: _reason, ...query } = options;
    const path = namespace === undefined ? pathOf('secrets') : collectionPath(namespace);
    return new PagedList(async (cursor): Promise<ListPage<SecretMetadata>> => {
      const { content } = await callJson<SecretList>(this.#transport, {
        method: 'GET',
        path: path + queryOf({ ...query, continue: cursor }),
        headers: headersOf(options),
        signal,
      });
      return content;
    });
  }

  /** Reads several Secrets (`db`) and keys (`db/password`) of a namespace: all of them, or none. */
  values(
    namespace: string,
    entries: readonly string[],
    options: ReadOptions = {},
  ): Promise<Received<ReadonlyMap<string, SecretValues>>> {
    const { consistency, signal } = options;
    const path = pathOf('namespaces', namespace, 'values');
    const query = queryOf({ secret: entries, consistency });
    const headers = headersOf(options);
    return this.#transport.send(
      { method: 'GET', path: path + query, headers, signal },
      async (response) => {
        const values = await readJson<Values>(response);
        const byName = Object.entries(values).map(
          ([name, stringData]) => [name, new SecretValues({ stringData })] as const,
        );
        return received(response, new Map(byName));
      },
    );
  }

  /** Creates a Secret; throws `AlreadyExists` if there is one of this name. */
  create(
    namespace: string,
    secret: SecretWrite & { readonly name: string },
    options: Omit<WriteOptions, 'ifMatch'> = {},
  ): Promise<Received<WriteResult>> {
    return this.#write('POST', collectionPath(namespace), options, secret);
  }

  /** Creates or replaces a Secret. */
  put(
    namespace: string,
    name: string,
    secret: SecretWrite,
    options: CreateOptions = {},
  ): Promise<Received<WriteResult>> {
    return this.#write('PUT', secretPath(namespace, name), options, secret);
  }

  /** Changes a part of a Secret: an object is a merge patch, an array a JSON patch. */
  patch(
    namespace: string,
    name: string,
    patch: SecretMergePatch | JsonPatch,
    options: WriteOptions = {},
  ): Promise<Received<WriteResult>> {
    const mediaType = `application/${Array.isArray(patch) ? 'json' : 'merge'}-patch+json`;
    return this.#write('PATCH', secretPath(namespace, name), options, patch, mediaType);
  }

  delete(
    namespace: string,
    name: string,
    options: WriteOptions = {},
  ): Promise<Received<WriteResult>> {
    return this.#write('DELETE', secretPath(namespace, name), options);
  }

  /** Yields the present state, then each later one, until the signal is aborted. */
  follow(
    namespace: string,
    name: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Follow<Secret> {
    return follow(this.#transport, secretPath(namespace, name), options.signal, readSecret);
  }

  /** Yields the present Secrets and each change, without values, until the signal is aborted. */
  watch(namespace: string, options: WatchOptions = {}): AsyncGenerator<WatchedChange, void> {
    return watch(this.#transport, collectionPath(namespace), options);
  }

  #write(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: CreateOptions,
    body?: object,
    mediaType = 'application/json',
  ): Promise<Received<WriteResult>> {
    return callJson(this.#transport, {
      method,
      path: path + queryOf(dryRunOf(options)),
      headers: writeHeadersOf(options),
      idempotencyKey: idempotencyKeyOf(options),
      signal: options.signal,
      ...(body !== undefined && { body: JSON.stringify(body), mediaType }),
    });
  }
}

async function readSecret(response: Response): Promise<Secret> {
  const { stringData, data, ...metadata } = await readJson<SecretBody>(response);
  return { ...metadata, values: new SecretValues({ stringData, data }) };
}

function collectionPath(namespace: string): string {
  return pathOf('namespaces', namespace, 'secrets');
}

function secretPath(namespace: string, name: string): string {
  return pathOf('namespaces', namespace, 'secrets', name);
}
