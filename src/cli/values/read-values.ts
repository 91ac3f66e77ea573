import { type Received, type Sallyport, type SecretBytes, SecretValues } from '@sallyport/client';
import { UsageError } from '../command.js';
import type { SecretKeyName, SecretName } from '../connection/secret-name.js';
import { nameOf, type ValuesRequest } from './wanted-values.js';

/** Values that one request has read, by the name of their Secret, or of their environment. */
export type RequestedValues = ReadonlyMap<string, SecretValues>;

export interface NextRead {
  /** Entity tag of the state that the caller has; the present state is read at once if absent. */
  readonly after?: string | undefined;
  /** Time that the gateway waits for another state. */
  readonly waitSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads what a request asks for; undefined if the state is the same after the wait. */
export async function readNext(
  gateway: Sallyport,
  request: ValuesRequest,
  options: NextRead = {},
): Promise<Received<RequestedValues> | undefined> {
  const { namespace } = request;
  if (request.kind === 'namespace') {
    return gateway.secrets.nextValues(namespace, request.entries, options);
  }
  const found = await gateway.environments.nextValues(namespace, request.name, options);
  return found && { ...found, content: new Map([[request.name, found.content]]) };
}

/** Reads the present state of all requests. */
export async function readAll(
  gateway: Sallyport,
  requests: readonly ValuesRequest[],
  signal?: AbortSignal,
): Promise<ReadValues> {
  const values = new ReadValues();
  for (const request of requests) {
    const found = await readNext(gateway, request, { signal });
    if (found !== undefined) values.add(request, found.content);
  }
  return values;
}

/** Values that were read, by the names that users give. */
export class ReadValues {
  readonly #secrets = new Map<string, SecretValues>();
  readonly #environments = new Map<string, SecretValues>();

  /** Adds the values of a request, in place of former ones. */
  add(request: ValuesRequest, found: RequestedValues): void {
    const { kind, namespace } = request;
    const group = kind === 'namespace' ? this.#secrets : this.#environments;
    for (const [name, values] of found) group.set(nameOf({ namespace, name }), values);
  }

  secret(name: SecretName): SecretValues {
    return this.#secrets.get(nameOf(name)) ?? new SecretValues({});
  }

  environment(name: SecretName): SecretValues {
    return this.#environments.get(nameOf(name)) ?? new SecretValues({});
  }

  /** Returns the value of a key. Throws UsageError if the Secret has none. */
  key(name: SecretKeyName): SecretBytes {
    const value = this.secret(name).get(name.key);
    if (value !== undefined) return value;
    throw new UsageError(`${nameOf(name)} has no key ${name.key}`);
  }
}
