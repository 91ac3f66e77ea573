import { UsageError } from '../command.js';
import type { SecretKeyName, SecretName } from '../connection/secret-name.js';

/** Values that one request reads: all of them are of one state. */
export type ValuesRequest =
  | {
      readonly kind: 'namespace';
      readonly namespace: string;
      /** Secrets (`db`) and keys (`db/password`). */
      readonly entries: readonly string[];
    }
  | ({ readonly kind: 'environment' } & SecretName);

/** Secrets, single keys and SecretEnvironments whose values a program needs. */
export interface WantedValues {
  readonly secrets: readonly SecretName[];
  readonly keys: readonly SecretKeyName[];
  readonly environments: readonly SecretName[];
}

/** Entries that the gateway reads in one request. */
const ENTRIES_MAX = 50;
/** Requests that wait for changes at the same time. */
const REQUESTS_MAX = 50;

/**
 * Returns the requests that read all values: one of each namespace, one of each environment. Throws
 * UsageError beyond the limits of one request.
 */
export function requestsOf(wanted: WantedValues): readonly ValuesRequest[] {
  const namespaces = new Set([...wanted.secrets, ...wanted.keys].map(({ namespace }) => namespace));
  const environments = new Map(wanted.environments.map((one) => [nameOf(one), one]));
  const requests = [
    ...[...namespaces].map((namespace) => namespaceRequest(wanted, namespace)),
    ...[...environments.values()].map((one) => ({ kind: 'environment', ...one }) as const),
  ];
  if (requests.length <= REQUESTS_MAX) return requests;
  throw new UsageError(`name at most ${REQUESTS_MAX} namespaces and environments`);
}

/** Returns the name of a Secret or an environment with its namespace. */
export function nameOf({ namespace, name }: SecretName): string {
  return `${namespace}/${name}`;
}

/** Returns what a request reads, for people. */
export function describeRequest(request: ValuesRequest): string {
  return request.kind === 'environment'
    ? `the environment ${nameOf(request)}`
    : `${request.entries.map((entry) => `${request.namespace}/${entry}`).join(', ')}`;
}

/** Returns the request of a namespace: a whole Secret includes its keys. */
function namespaceRequest({ secrets, keys }: WantedValues, namespace: string): ValuesRequest {
  const names = secrets.filter((one) => one.namespace === namespace).map(({ name }) => name);
  const single = keys
    .filter((one) => one.namespace === namespace && !names.includes(one.name))
    .map(({ name, key }) => `${name}/${key}`);
  const entries = [...new Set([...names, ...single])];
  if (entries.length <= ENTRIES_MAX) return { kind: 'namespace', namespace, entries };
  throw new UsageError(
    `name at most ${ENTRIES_MAX} Secrets and keys of the namespace ${namespace}`,
  );
}
