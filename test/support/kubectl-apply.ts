import type { SecretsWorld } from './secrets-world.js';

type World = Pick<SecretsWorld<never>, 'installation' | 'namespace' | 'stored' | 'seen'>;

/** `kubectl apply` of a Secret; values under `data`, as only those can be pruned. */
export async function kubectlApply(
  world: World,
  name: string,
  { data, annotations = {} }: { readonly data: object; readonly annotations?: object },
): Promise<void> {
  const metadata = { name, namespace: world.namespace, annotations };
  const manifest = { apiVersion: 'v1', kind: 'Secret', metadata, data };
  await world.installation.cluster.kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
  const applied = await world.stored(name);
  if (applied) await world.seen(applied);
}
