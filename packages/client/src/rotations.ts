import { callJson } from './call-json.js';
import { jsonBody } from './json-body.js';
import {
  type CallOptions,
  type ConditionalWriteOptions,
  type ListOptions,
  type PutOptions,
  type WriteOptions,
  dryRunOf,
  writeRequest,
} from './options.js';
import { listed } from './list-call.js';
import type { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import { pause } from './pause.js';
import { type Received, received } from './received.js';
import { delayMs, isPassing } from './retry.js';
import { SallyportError } from './sallyport-error.js';
import type { Transport } from './transport.js';
import type {
  RotationPolicy,
  RotationPolicyWrite,
  RotationRun,
  RotationRunRequest,
  SecretConsumers,
} from './types.js';

const WAIT_SECONDS = 30;
/** Between two waits: something between may answer them at once. */
const TURN_MS = 250;
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
    options: PutOptions = {},
  ): Promise<Received<RotationPolicy>> {
    return callJson(this.#transport, {
      ...writeRequest(options),
      ...jsonBody(policy),
      method: 'PUT',
      path: rotationPath(namespace, name) + queryOf(dryRunOf(options)),
    });
  }

  async delete(
    namespace: string,
    name: string,
    options: ConditionalWriteOptions = {},
  ): Promise<Received<undefined>> {
    const path = rotationPath(namespace, name) + queryOf(dryRunOf(options));
    const request = { ...writeRequest(options), method: 'DELETE', path } as const;
    return this.#transport.send(request, async ({ response }) => received(response, undefined));
  }

  /** Rotates now. Throws `Conflict` while another run is active. */
  start(
    namespace: string,
    name: string,
    run: RotationRunRequest = {},
    options: Omit<WriteOptions, 'dryRun'> = {},
  ): Promise<Received<RotationRun>> {
    return callJson(this.#transport, {
      ...writeRequest(options),
      ...jsonBody(run),
      method: 'POST',
      path: rotationPath(namespace, name, 'runs'),
    });
  }

  /** Lists runs, newest first. */
  runs(namespace: string, name: string, options: ListOptions = {}): PagedList<RotationRun> {
    const { limit, reason, signal } = options;
    const path = rotationPath(namespace, name, 'runs');
    return listed(this.#transport, { path, query: { limit }, reason, signal });
  }

  run(
    namespace: string,
    name: string,
    id: string,
    options: CallOptions = {},
  ): Promise<Received<RotationRun>> {
    return this.#read(rotationPath(namespace, name, 'runs', id), options);
  }

  /** Waits until a run has ended, however it ended, also across failures that pass. */
  async ended(
    namespace: string,
    name: string,
    id: string,
    { reason, signal }: CallOptions = {},
  ): Promise<Received<RotationRun>> {
    const path = rotationPath(namespace, name, 'runs', id) + queryOf({ waitSeconds: WAIT_SECONDS });
    const request = { method: 'GET', path, reason, signal, waitMs: WAIT_SECONDS * 1_000 } as const;
    for (let failures = 0; ;) {
      try {
        const run = await callJson<RotationRun>(this.#transport, request);
        if (ended.includes(run.content.state)) return run;
        failures = 0;
        await pause(TURN_MS, signal);
      } catch (error) {
        if (!(error instanceof SallyportError && isPassing(error))) throw error;
        await pause(delayMs(this.#transport.retries, failures, error), signal);
        failures += 1;
      }
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

  #read<T>(path: string, { reason, signal }: CallOptions): Promise<Received<T>> {
    return callJson(this.#transport, { method: 'GET', path, reason, signal });
  }

  #wish(path: string, { reason, signal }: CallOptions): Promise<Received<RotationRun>> {
    return callJson(this.#transport, { method: 'POST', path, reason, signal });
  }
}

function rotationPath(namespace: string, name: string, ...rest: readonly string[]): string {
  return pathOf('namespaces', namespace, 'secrets', name, 'rotation', ...rest);
}
