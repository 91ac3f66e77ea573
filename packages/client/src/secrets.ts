import { cachedRead } from './cached-read.js';
import { callJson } from './call-json.js';
import type { EtagCache } from './etag-cache.js';
import { type Follow, follow } from './follow.js';
import { jsonBody } from './json-body.js';
import {
  type ConditionalWriteOptions,
  type FormatOptions,
  type PutOptions,
  type ReadOptions,
  type SecretListOptions,
  type VersionReadOptions,
  type WriteOptions,
  dryRunOf,
  writeRequest,
} from './options.js';
import { listed } from './list-call.js';
import type { PagedList } from './pages.js';
import { parsedBody } from './parsed-body.js';
import { type NextOptions, nextState } from './next-state.js';
import { type QueryValue, pathOf, queryOf } from './path.js';
import { type Received, received } from './received.js';
import { SecretBytes } from './secret-bytes.js';
import { SecretValues } from './secret-values.js';
import { type Transport, readJson } from './transport.js';
import type {
  JsonPatch,
  Secret as SecretBody,
  SecretMergePatch,
  SecretMetadata,
  SecretWrite,
  Values,
  WriteResult,
} from './types.js';
import { valuesByName } from './values-by-name.js';
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
    { consistency, version, reason, signal }: VersionReadOptions = {},
  ): Promise<Received<Secret>> {
    const path = secretPath(namespace, name) + queryOf({ consistency, version });
    const parts = { transport: this.#transport, cache: this.#cache };
    return cachedRead(parts, { path, reason, signal }, secretOf);
  }

  /** Reads everything but the values. */
  async metadata(
    namespace: string,
    name: string,
    { consistency, reason, signal }: ReadOptions = {},
  ): Promise<Received<SecretMetadata>> {
    const path = pathOf('namespaces', namespace, 'secrets', name, 'metadata');
    const request = {
      method: 'GET',
      path: path + queryOf({ consistency }),
      reason,
      signal,
    } as const;
    return callJson(this.#transport, request);
  }

  /** Lists the metadata of a namespace; `deleted`: of Secrets with a history that are gone. */
  list(
    namespace: string,
    { deleted, ...options }: SecretListOptions & { readonly deleted?: boolean | undefined } = {},
  ): PagedList<SecretMetadata> {
    const only = deleted === true ? { deleted: 'true' } : {};
    return this.#listed(collectionPath(namespace), options, only);
  }

  /** Lists the metadata of all namespaces that the caller may list, or of some of them. */
  listAll({
    namespaces,
    ...options
  }: SecretListOptions & {
    readonly namespaces?: readonly string[] | undefined;
  } = {}): PagedList<SecretMetadata> {
    return this.#listed(pathOf('secrets'), options, { namespace: namespaces });
  }

  /** Reads several Secrets (`db`) and keys (`db/password`) of a namespace: all of them, or none. */
  async values(
    namespace: string,
    entries: readonly string[],
    { consistency, reason, signal }: ReadOptions = {},
  ): Promise<Received<ReadonlyMap<string, SecretValues>>> {
    const query = queryOf({ secret: entries, consistency, encoding: 'base64' });
    const path = pathOf('namespaces', namespace, 'values') + query;
    return this.#transport.send({ method: 'GET', path, reason, signal }, async (opened) => {
      return received(opened.response, valuesByName(await readJson<Values>(opened), entries));
    });
  }

  /**
   * Reads several Secrets and keys as `values` does, once their state differs from `after`. Returns
   * undefined if the state is the same after the wait.
   */
  nextValues(
    namespace: string,
    entries: readonly string[],
    options: NextOptions = {},
  ): Promise<Received<ReadonlyMap<string, SecretValues>> | undefined> {
    return nextState(this.#transport, {
      ...options,
      path: pathOf('namespaces', namespace, 'values'),
      query: { secret: entries, encoding: 'base64' },
      make: (bytes) => valuesByName(parsedBody<Values>(bytes), entries),
    });
  }

  /** Reads the values in a format of docs/formats.md; `names: 'upper'` makes names of variables. */
  async formatted(
    namespace: string,
    name: string,
    { format, names, consistency, version, reason, signal }: FormatOptions,
  ): Promise<Received<SecretBytes>> {
    const query = queryOf({ format, names, consistency, version });
    const path = secretPath(namespace, name) + query;
    const parts = { transport: this.#transport, cache: this.#cache };
    return cachedRead(parts, { path, reason, signal }, (bytes) => new SecretBytes(bytes));
  }

  /** Creates a Secret; throws `AlreadyExists` if there is one of this name. */
  create(
    namespace: string,
    secret: SecretWrite & { readonly name: string },
    options: WriteOptions = {},
  ): Promise<Received<WriteResult>> {
    return this.#write('POST', collectionPath(namespace), options, jsonBody(secret));
  }

  /** Creates or replaces a Secret. */
  async put(
    namespace: string,
    name: string,
    secret: SecretWrite,
    options: PutOptions = {},
  ): Promise<Received<WriteResult>> {
    return this.#write('PUT', secretPath(namespace, name), options, jsonBody(secret));
  }

  /** Changes a part of a Secret: an object is a merge patch, an array a JSON patch. */
  async patch(
    namespace: string,
    name: string,
    patch: SecretMergePatch | JsonPatch,
    options: ConditionalWriteOptions = {},
  ): Promise<Received<WriteResult>> {
    const mediaType = `application/${Array.isArray(patch) ? 'json' : 'merge'}-patch+json`;
    const body = { ...jsonBody(patch), mediaType };
    return this.#write('PATCH', secretPath(namespace, name), options, body);
  }

  async delete(
    namespace: string,
    name: string,
    options: ConditionalWriteOptions = {},
  ): Promise<Received<WriteResult>> {
    return this.#write('DELETE', secretPath(namespace, name), options);
  }

  /** Yields the present state, then each later one, until the signal is aborted. */
  follow(
    namespace: string,
    name: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Follow<Secret> {
    return follow(this.#transport, { path: secretPath(namespace, name), signal, make: secretOf });
  }

  /** Yields the present Secrets and each change, without values, until the signal is aborted. */
  watch(
    namespace: string,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchedChange, void, undefined> {
    return watch(this.#transport, collectionPath(namespace), options);
  }

  #listed(
    path: string,
    { signal, reason, ...query }: SecretListOptions,
    others: Readonly<Record<string, QueryValue>>,
  ): PagedList<SecretMetadata> {
    return listed(this.#transport, { path, query: { ...query, ...others }, reason, signal });
  }

  #write(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: PutOptions,
    body: Partial<ReturnType<typeof jsonBody>> = {},
  ): Promise<Received<WriteResult>> {
    const target = path + queryOf(dryRunOf(options));
    const request = { ...writeRequest(options), ...body, method, path: target };
    return callJson(this.#transport, request);
  }
}

function secretOf(bytes: Uint8Array): Secret {
  const body = parsedBody<SecretBody>(bytes);
  const { stringData, data, ...metadata } = body;
  return { ...metadata, values: new SecretValues({ stringData, data }) };
}

function collectionPath(namespace: string): string {
  return pathOf('namespaces', namespace, 'secrets');
}

function secretPath(namespace: string, name: string): string {
  return pathOf('namespaces', namespace, 'secrets', name);
}
