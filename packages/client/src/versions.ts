import { callJson } from './call-json.js';
import { jsonBody } from './json-body.js';
import {
  type CallOptions,
  type ConditionalWriteOptions,
  type ListOptions,
  type WriteOptions,
  dryRunOf,
  writeRequest,
} from './options.js';
import { listed } from './list-call.js';
import type { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import type { Received } from './received.js';
import type { Transport } from './transport.js';
import type {
  NamespaceRestore,
  SecretVersion,
  SecretVersionDiff,
  SecretVersionResult,
  WriteResult,
} from './types.js';

export interface RestoreOptions extends ConditionalWriteOptions {
  /** Allows a version whose credential a rotation has ended. */
  readonly allowRetired?: boolean | undefined;
}

/** Histories of Secrets. */
export class Versions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists versions, newest first. */
  list(namespace: string, name: string, options: ListOptions = {}): PagedList<SecretVersion> {
    const { limit, reason, signal } = options;
    const path = versionPath(namespace, name);
    return listed(this.#transport, { path, query: { limit }, reason, signal });
  }

  get(
    namespace: string,
    name: string,
    version: number | string,
    { reason, signal }: CallOptions = {},
  ): Promise<Received<SecretVersion>> {
    const path = versionPath(namespace, name, String(version));
    return callJson(this.#transport, { method: 'GET', path, reason, signal });
  }

  /** Names what differs between two versions, never values. */
  diff(
    namespace: string,
    name: string,
    {
      from,
      to,
    }: {
      readonly from?: number | string | undefined;
      readonly to?: number | string | undefined;
    } = {},
    { reason, signal }: CallOptions = {},
  ): Promise<Received<SecretVersionDiff>> {
    const path = pathOf('namespaces', namespace, 'secrets', name, 'diff') + queryOf({ from, to });
    return callJson(this.#transport, { method: 'GET', path, reason, signal });
  }

  /** Makes a version the present state again. */
  restore(
    namespace: string,
    name: string,
    version: number | string,
    options: RestoreOptions = {},
  ): Promise<Received<WriteResult>> {
    const path = versionPath(namespace, name, String(version), 'restore');
    return this.#write('POST', path, options, { allowRetired: options.allowRetired ?? false });
  }

  /** Hides the values of a version; `undelete` takes that back. */
  delete(
    namespace: string,
    name: string,
    version: number | string,
    options: WriteOptions = {},
  ): Promise<Received<SecretVersionResult>> {
    return this.#write('DELETE', versionPath(namespace, name, String(version)), options);
  }

  undelete(
    namespace: string,
    name: string,
    version: number | string,
    options: WriteOptions = {},
  ): Promise<Received<SecretVersionResult>> {
    return this.#write('POST', versionPath(namespace, name, String(version), 'undelete'), options);
  }

  /** Destroys the values of a version for good. */
  destroy(
    namespace: string,
    name: string,
    version: number | string,
    options: WriteOptions = {},
  ): Promise<Received<SecretVersionResult>> {
    return this.#write('POST', versionPath(namespace, name, String(version), 'destroy'), options);
  }

  /** Gives a version a name. */
  setAlias(
    namespace: string,
    name: string,
    alias: string,
    version: number | string,
    options: WriteOptions = {},
  ): Promise<Received<SecretVersionResult>> {
    return this.#write('PUT', aliasPath(namespace, name, alias), options, { version });
  }

  removeAlias(
    namespace: string,
    name: string,
    alias: string,
    options: WriteOptions = {},
  ): Promise<Received<SecretVersionResult>> {
    return this.#write('DELETE', aliasPath(namespace, name, alias), options);
  }

  /** Takes the Secrets of a namespace back to a time; with `dryRun`, returns the plan. */
  restoreNamespace(
    namespace: string,
    at: Date,
    options: WriteOptions & { readonly labelSelector?: string | undefined } = {},
  ): Promise<Received<NamespaceRestore>> {
    const body = { at: at.toISOString(), labelSelector: options.labelSelector };
    return this.#write('POST', pathOf('namespaces', namespace, 'restore'), options, body);
  }

  #write<T>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    options: WriteOptions,
    body?: object,
  ): Promise<Received<T>> {
    return callJson<T>(this.#transport, {
      ...writeRequest(options),
      ...(body !== undefined && jsonBody(body)),
      method,
      path: path + queryOf(dryRunOf(options)),
    });
  }
}

function versionPath(namespace: string, name: string, ...rest: readonly string[]): string {
  return pathOf('namespaces', namespace, 'secrets', name, 'versions', ...rest);
}

function aliasPath(namespace: string, name: string, alias: string): string {
  return pathOf('namespaces', namespace, 'secrets', name, 'version-aliases', alias);
}
