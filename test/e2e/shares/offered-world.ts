import type { RestAnswer } from '../../support/rest-caller.js';
import { eventually, virtual } from '../../support/tokens-world.js';
import type { Caller, SharingWorld } from './sharing-world.js';

/** Asks what is offered to a namespace. */
export function offers(
  world: SharingWorld,
  { as = 'importer' as Caller, namespace = 'shop', query = '' } = {},
): Promise<RestAnswer> {
  return world.as(as).get(`/v1/namespaces/${namespace}/imports?offered=true${query}`);
}

/** Names of the offered shares in an answer. Throws unless it is a list. */
export function namesIn({ status, body, text }: RestAnswer): readonly string[] {
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return body.items.map(({ from }) => (from as { readonly share: string }).share); // by its schema
}

/** Names of the shares that are offered to a caller, in the order of the list. */
export async function offeredNames(
  world: SharingWorld,
  wish: Parameters<typeof offers>[1] = {},
): Promise<readonly string[]> {
  return namesIn(await offers(world, wish));
}

/** A new share of pay/db, without an import; returns its name. */
export async function offer(
  world: SharingWorld,
  name: string,
  change: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const spec = { secretName: 'db', keys: ['password'], to: [{ namespace: 'shop' }], ...change };
  const { status, text } = await world.as('owner').put(`/v1/namespaces/pay/shares/${name}`, spec);
  if (status !== 201) throw new Error(text);
  return name;
}

/** A namespace in which `importer` of shop may import. */
export async function serveNamespace(world: SharingWorld, namespace: string): Promise<void> {
  const { installation } = world;
  await installation.serve(namespace);
  const rules = [virtual('secretimports', 'get', 'list', 'create')];
  await installation.grant(namespace, 'importer', rules, 'shop');
  await eventually(async () => {
    namesIn(await offers(world, { namespace }));
  });
}

/** Deletes a namespace and creates another one of its name: no controller finalises it here. */
export async function recreateNamespace(world: SharingWorld, namespace: string): Promise<void> {
  const { cluster } = world.installation;
  const path = `/api/v1/namespaces/${namespace}`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  for (const kind of ['roles', 'rolebindings']) await cluster.request('DELETE', `${rbac}/${kind}`);
  await cluster.request('DELETE', path);
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec: {} };
  await cluster.request('PUT', `${path}/finalize`, body);
  await eventually(async () => {
    const { status } = await cluster.request('GET', path);
    if (status !== 404) throw new Error('still there');
  });
  await serveNamespace(world, namespace);
}
