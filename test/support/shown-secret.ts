import { createHash } from 'node:crypto';
import type { TestCluster } from '../cluster/test-cluster.js';

/** A Secret without its values, as the programs on client libraries print it. */
export interface ShownSecret {
  readonly name: string;
  readonly resourceVersion: string;
  /** Of the JSON of its data, with sorted keys. */
  readonly hash: string;
}

interface SecretList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
    readonly data?: Readonly<Record<string, string>>;
  }[];
}

/** What a namespace holds at this moment, at the cluster itself, by name. */
export async function shownSecrets(
  cluster: TestCluster,
  namespace: string,
): Promise<readonly ShownSecret[]> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const { status, body } = await cluster.request<SecretList>('GET', path);
  if (status !== 200) throw new Error(`no list: ${status}`);
  return body.items
    .map(({ metadata: { name, resourceVersion }, data = {} }) => ({
      name,
      resourceVersion,
      hash: hashOf(data),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function hashOf(data: Readonly<Record<string, string>>): string {
  const members = Object.entries(data)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map((entry) => entry.map((text) => JSON.stringify(text)).join(':'));
  return createHash('sha256')
    .update(`{${members.join(',')}}`)
    .digest('hex');
}
