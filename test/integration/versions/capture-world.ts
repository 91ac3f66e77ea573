import { expect, vi } from 'vitest';
import type { VersionsStore } from '../../../src/versions/domain/versions.store.js';
import type { StoredVersion } from '../../../src/versions/domain/versions.store.js';
import { contentOf } from '../../../src/versions/domain/payload.js';
import type { KeyRing } from '../../../src/encryption/key-ring.js';
import type { Gateway } from '../../../src/app/gateway.js';
import { type TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { HistoryRecording } from '../../../src/versions/history-recording.service.js';
import { VersionDependencies } from '../../../src/versions/version.dependencies.js';
import { partOf } from '../../support/part-of.js';

const HISTORY_MAX = 10_000;

/** A version as tests look at it. */
export interface SeenVersion extends StoredVersion {
  readonly values: Readonly<Record<string, string>>;
}

/** Reads histories where they lie, and changes Secrets behind the gateway's back. */
export class CaptureWorld {
  readonly #installation: TestInstallation;
  #token = '';

  constructor(installation: TestInstallation) {
    this.#installation = installation;
  }

  /** A served namespace with a user who may do everything with its Secrets. */
  async begin(namespace: string): Promise<void> {
    await this.#installation.serve(namespace);
    this.#token = await this.#installation.user(namespace, 'app', [allOfSecrets]);
    await this.followed(namespace);
  }

  /** The right to watch comes after the namespace. */
  followed(namespace: string): Promise<void> {
    const history = partOf(this.#installation.gateway, HistoryRecording);
    const isFollowed = () => expect(history.isFollowing(namespace)).toBe(true);
    return vi.waitFor(isFollowed, { timeout: 20_000 });
  }

  /** Without controllers nobody empties or ends a namespace. */
  async remake(
    namespace: string,
    name: string,
    stringData: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { cluster } = this.#installation;
    const path = `/api/v1/namespaces/${namespace}`;
    const { status } = await cluster.request('GET', path);
    if (status === 200) {
      await this.direct('DELETE', namespace, name);
      await cluster.request('DELETE', path);
      await cluster.request('PUT', `${path}/finalize`, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
        spec: { finalizers: [] },
      });
    }
    await this.#installation.serve(namespace);
    await this.direct('POST', namespace, name, { stringData });
  }

  /** Over REST; the answer's body. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{
    readonly status: number;
    readonly auditId: unknown;
    readonly body: Record<string, unknown>;
  }> {
    const answer = await this.#installation.gateway.fastify.inject({
      method: method as 'GET',
      url: `/v1${path}`,
      headers: { authorization: `Bearer ${this.#token}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const json = answer.body === '' ? {} : answer.json<Record<string, unknown>>();
    return { status: answer.statusCode, auditId: answer.headers['audit-id'], body: json };
  }

  /** At the API server, as somebody else. */
  async direct(method: string, namespace: string, name: string, body?: object): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/secrets${method === 'POST' ? '' : `/${name}`}`;
    const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...body };
    await this.#installation.cluster.request(
      method,
      `${path}?fieldManager=somebody`,
      method === 'DELETE' ? undefined : object,
    );
  }

  history(namespace: string, name: string): Promise<readonly SeenVersion[]> {
    return historyOf(this.#installation.gateway, namespace, name);
  }
}

/** All versions of a name, oldest first. */
export async function historyOf(
  gateway: Gateway,
  namespace: string,
  name: string,
): Promise<readonly SeenVersion[]> {
  const { store, keys, cluster, namespaces } = partOf(gateway, VersionDependencies);
  const namespaceUid = namespaces.known(namespace)?.uid;
  if (namespaceUid === undefined) return [];
  const found = await store.history({ namespaceUid, namespace, name });
  if (found === undefined) return [];
  return versionsOf(store, keys, cluster(), found);
}

async function versionsOf(
  store: VersionsStore,
  keys: KeyRing,
  cluster: string,
  history: { readonly id: number; readonly namespaceUid: string } & Record<
    'namespace' | 'name',
    string
  >,
): Promise<readonly SeenVersion[]> {
  const { items } = await store.list(history.id, undefined, HISTORY_MAX);
  const seen: SeenVersion[] = [];
  for (const { version } of items) {
    const stored = await store.get(history.id, version);
    if (stored?.payload === undefined) continue;
    const { namespace, namespaceUid, name } = history;
    const { secretUid } = stored;
    const place = { cluster, namespace, namespaceUid, name, secretUid, version };
    const { data } = contentOf(keys.open(stored.payload, place));
    const values = [...data].map(([key, value]) => [key, value.revealText() ?? ''] as const);
    seen.push({ ...stored, values: Object.fromEntries(values) });
  }
  return seen.toReversed();
}
