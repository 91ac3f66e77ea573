import { callJson } from './call-json.js';
import {
  type CallOptions,
  type CreateOptions,
  type ListOptions,
  type WriteOptions,
  dryRunOf,
  headersOf,
  idempotencyKeyOf,
  writeHeadersOf,
} from './options.js';
import { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import type { Received } from './received.js';
import type { Transport } from './transport.js';
import type {
  RotationPolicy,
  RotationPolicyWrite,
  RotationRun,
  RotationRunList,
  RotationRunRequest,
  SecretConsumers,
} from './types.js';

const WAIT_SECONDS = 60;
const ended: readonly RotationRun['state'][] = [
  'succeeded',
  'failed',
  'cancelled',
  'needsOperator',
];

/** Rotations of Secrets, and the workloads that use them. */
export class Rotations {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(
    namespace: string,
    name: string,
    options: CallOptions = {},
  ): Promise<Received<RotationPolicy>> {
    return this.#read(rotationPath(namespace, name), options);
  }

  /** Creates or replaces the policy; the caller becomes its author. */
  put(
    namespace: string,
    name: string,
    policy: RotationPolicyWrite,
    options: CreateOptions = {},
  ): Promise<Received<RotationPolicy>> {
    return callJson(this.#transport, {
      method: 'PUT',
      path: rotationPath(namespace, name) + queryOf(dryRunOf(options)),
      headers: writeHeadersOf(options),
      idempotencyKey: idempotencyKeyOf(options),
      signal: options.signal,
      body: JSON.stringify(policy),
      mediaType: 'application/json',
    });
  }

  async delete(namespace: string, name: string, options: WriteOptions = {}): Promise<void> {
    const request = {
      method: 'DELETE',
      path: rotationPath(namespace, name) + queryOf(dryRunOf(options)),
      headers: writeHeadersOf(options),
      idempotencyKey: idempotencyKeyOf(options),
      signal: options.signal,
    } as const;
    await this.#transport.send(request, async (response) => response.body?.cancel());
  }

  /** Rotates now. Throws `Conflict` while another run is active. */
  start(
    namespace: string,
    name: string,
    run: RotationRunRequest = {},
    options: CallOptions & { readonly idempotencyKey?: string } = {},
  ): Promise<Received<RotationRun>> {
    return callJson(this.#transport, {
      method: 'POST',
      path: rotationPath(namespace, name, 'runs'),
      headers: headersOf(options),
      idempotencyKey: idempotencyKeyOf(options),
      signal: options.signal,
      body: JSON.stringify(run),
      mediaType: 'application/json',
    });
  }

  /** Lists runs, newest first. */
  runs(namespace: string, name: string, options: ListOptions = {}): PagedList<RotationRun> {
    const { limit } = options;
    return new PagedList(async (cursor) => {
      const path = rotationPath(namespace, name, 'runs') + queryOf({ limit, continue: cursor });
      return (await this.#read<RotationRunList>(path, options)).content;
    });
  }

  run(
    namespace: string,
    name: string,
    id: string,
    options: CallOptions = {},
  ): Promise<Received<RotationRun>> {
    return this.#read(rotationPath(namespace, name, 'runs', id), options);
  }

  /** Waits until a run has ended, however it ended. */
  async ended(
    namespace: string,
    name: string,
    id: string,
    options: CallOptions = {},
  ): Promise<Received<RotationRun>> {
    const path = rotationPath(namespace, name, 'runs', id) + queryOf({ waitSeconds: WAIT_SECONDS });
    for (;;) {
      const run = await this.#read<RotationRun>(path, options, WAIT_SECONDS * 1_000);
      if (ended.includes(run.content.state)) return run;
    }
  }

  /** Gives a run up before its values are published. */
  cancel(
    namespace: string,
    name: string,
    id: string,
    options: CallOptions = {},
  ): Promise<Received<RotationRun>> {
    return this.#wish(rotationPath(namespace, name, 'runs', id, 'cancel'), options);
  }

  /** Ends the former credential now. */
  retire(
    namespace: string,
    name: string,
    id: string,
    options: CallOptions = {},
  ): Promise<Received<RotationRun>> {
    return this.#wish(rotationPath(namespace, name, 'runs', id, 'retire'), options);
  }

  /** Lists the workloads that use a Secret. */
  consumers(
    namespace: string,
    name: string,
    options: CallOptions = {},
  ): Promise<Received<SecretConsumers>> {
    return this.#read(pathOf('namespaces', namespace, 'secrets', name, 'consumers'), options);
  }

  #read<T>(path: string, options: CallOptions, waitMs = 0): Promise<Received<T>> {
    const { signal } = options;
    const headers = headersOf(options);
    return callJson(this.#transport, { method: 'GET', path, headers, waitMs, signal });
  }

  #wish(path: string, options: CallOptions): Promise<Received<RotationRun>> {
    const { signal } = options;
    return callJson(this.#transport, { method: 'POST', path, headers: headersOf(options), signal });
  }
}

function rotationPath(namespace: string, name: string, ...rest: readonly string[]): string {
  return pathOf('namespaces', namespace, 'secrets', name, 'rotation', ...rest);
}
