import { expect } from 'vitest';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { TestInstallation } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import {
  type KubeSecret,
  SecretsWorld,
  auditEventsOf,
  etagOf,
  followed,
  fromBase64,
} from '../../support/secrets-world.js';

type Role = 'owner' | 'reader' | 'auditor';

/** Writes a kubeconfig by which the gateway reaches the API server, with this token. */
export type WriteKubeconfig = (path: string, token: string) => Promise<void>;

/** A gateway whose way to the API server is not that of the test, over one namespace. */
export interface DetouredWorld {
  readonly secrets: SecretsWorld<Role>;
  readonly installation: TestInstallation;
  readonly url: string;
}

export async function startDetoured(
  namespace: string,
  start: () => Promise<TestCluster>,
  detour: (cluster: TestCluster) => Promise<WriteKubeconfig>,
): Promise<DetouredWorld> {
  const limits = { requestsPerSecond: 1_000_000, burst: 1_000_000 };
  const overrides = { limits, namespaces: { served: [namespace] } };
  const installation = await TestInstallation.start(overrides, undefined, async () => {
    const cluster = await start();
    const writeKubeconfig = await detour(cluster);
    cluster.kubeconfigFor = async ({ token, name }) => {
      const path = `${cluster.dir}/${name}.kubeconfig`;
      await writeKubeconfig(path, token);
      return path;
    };
    return cluster;
  });
  const [url = ''] = await installation.gateway.listen();
  const secrets = await SecretsWorld.in(installation, namespace, ['owner', 'reader', 'auditor']);
  await followed(installation, namespace);
  return { secrets, installation, url };
}

/** The Secrets of the namespace, as the API server lists them. */
export async function listedSecrets({ secrets }: DetouredWorld): Promise<readonly KubeSecret[]> {
  const path = `/api/v1/namespaces/${secrets.namespace}/secrets`;
  const answer = await secrets.installation.cluster.request<{
    readonly items: readonly KubeSecret[];
  }>('GET', path);
  expect(answer.status).toBe(200);
  return answer.body.items;
}

/**
 * Throws unless a read of each Secret, and a list of them all, came from the cache and are what the
 * API server lists.
 */
export async function requireCachedAsListed(world: DetouredWorld): Promise<void> {
  const { secrets, url } = world;
  const token = secrets.tokens.owner;
  const listed = await listedSecrets(world);
  const answers: Answer[] = [];
  for (const { metadata } of listed) {
    answers.push(await send(url, { path: secrets.at(metadata.name), token }));
  }
  const shown = answers.map((answer) => [answer.headers['etag'], answer.json()['stringData']]);
  expect(shown).toEqual(listed.map((secret) => [etagOf(secret), textsOf(secret)]));
  const list = await send(url, { path: secrets.path, token });
  const { items } = list.json<{ items: readonly { name: string; resourceVersion: string }[] }>();
  expect(items.map(({ name, resourceVersion }) => [name, resourceVersion])).toEqual(
    listed.map(({ metadata: { name, resourceVersion } }) => [name, resourceVersion]),
  );
  const ids = [...answers, list].map(({ headers }) => headers['audit-id']);
  const query = '&action=secrets.*&limit=500';
  const events = await auditEventsOf(secrets.as('auditor'), secrets.namespace, query);
  const planes = ids.map((id) => events.find(({ auditId }) => auditId === id)?.plane);
  // For a caller who may do all of it, the cluster would be asked as himself.
  expect(planes).toEqual(ids.map(() => 'broker'));
}

function textsOf({ data = {} }: KubeSecret): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fromBase64(value)]));
}
