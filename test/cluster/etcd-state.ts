import type { ApiClient } from './api-client.js';
import { expectSuccess } from './api-failure.js';

/** All that the API server stores. https://etcd.io/docs/v3.6/learning/api/#range-operations */
const FROM = '/registry/';
const END = '/registry0';
/** The API server renews its own lease at all times. */
const RENEWED = '/registry/leases/kube-system/';
const OPERATIONS_PER_TRANSACTION_MAX = 100;

interface Entry {
  readonly key: string;
  readonly mod_revision: string;
  readonly value?: string;
}

interface RangeAnswer {
  readonly kvs?: readonly Entry[];
}

interface Written {
  readonly header: { readonly revision: string };
}

type Operation =
  | { readonly requestPut: { readonly key: string; readonly value: string } }
  | { readonly requestDeleteRange: { readonly key: string; readonly range_end: string } };

/** What etcd held at one moment, and the means to make it so again. */
export class EtcdState {
  readonly #client: ApiClient;
  readonly #values: ReadonlyMap<string, string>;
  #revisions: ReadonlyMap<string, string>;

  private constructor(client: ApiClient, entries: readonly Entry[]) {
    this.#client = client;
    this.#values = new Map(entries.map(({ key, value = '' }) => [key, value]));
    this.#revisions = revisionsOf(entries);
  }

  static async read(client: ApiClient): Promise<EtcdState> {
    return new EtcdState(client, await entriesOf(client, { keysOnly: false }));
  }

  /**
   * Deletes what came since, and puts back what was changed or deleted. The API server learns of
   * both by its watches, as of writes of another API server. Resolves with the revision of the last
   * of these writes, if there was any.
   */
  async restore(): Promise<string | undefined> {
    const present = await entriesOf(this.#client, { keysOnly: true });
    const operations = [...this.#deletions(present), ...this.#repairs(revisionsOf(present))];
    let revision: string | undefined;
    for (let from = 0; from < operations.length; from += OPERATIONS_PER_TRANSACTION_MAX) {
      const success = operations.slice(from, from + OPERATIONS_PER_TRANSACTION_MAX);
      const answer = await this.#client.request<Written>('POST', '/v3/kv/txn', { success });
      revision = expectSuccess(answer).body.header.revision;
    }
    if (revision === undefined) return undefined;
    this.#revisions = revisionsOf(await entriesOf(this.#client, { keysOnly: true }));
    return revision;
  }

  /** Whether an object that was there under one of these prefixes is another one now, or gone. */
  async hasChanged(prefixes: readonly string[]): Promise<boolean> {
    const present = revisionsOf(await entriesOf(this.#client, { keysOnly: true }));
    return [...this.#revisions].some(
      ([key, revision]) =>
        present.get(key) !== revision &&
        prefixes.some((prefix) => fromBase64(key).startsWith(prefix)),
    );
  }

  /** One operation for neighbours, however many they are. */
  *#deletions(present: readonly Entry[]): Iterable<Operation> {
    let first: string | undefined;
    let last = '';
    for (const { key } of present) {
      if (!this.#values.has(key)) {
        first ??= key;
        last = key;
        continue;
      }
      if (first !== undefined) yield deletion(first, last);
      first = undefined;
    }
    if (first !== undefined) yield deletion(first, last);
  }

  *#repairs(present: ReadonlyMap<string, string>): Iterable<Operation> {
    for (const [key, value] of this.#values) {
      if (fromBase64(key).startsWith(RENEWED)) continue;
      if (present.get(key) === this.#revisions.get(key)) continue;
      yield { requestPut: { key, value } };
    }
  }
}

/** In the order of the keys. */
async function entriesOf(
  client: ApiClient,
  { keysOnly }: { readonly keysOnly: boolean },
): Promise<readonly Entry[]> {
  const range = { key: toBase64(FROM), range_end: toBase64(END), keys_only: keysOnly };
  const answer = await client.request<RangeAnswer>('POST', '/v3/kv/range', range);
  return expectSuccess(answer).body.kvs ?? [];
}

function revisionsOf(entries: readonly Entry[]): ReadonlyMap<string, string> {
  return new Map(entries.map((entry) => [entry.key, entry.mod_revision]));
}

/** Of both keys, and of all between them. */
function deletion(first: string, last: string): Operation {
  const end = toBase64(`${fromBase64(last)}\0`);
  return { requestDeleteRange: { key: first, range_end: end } };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function fromBase64(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
