import { fileURLToPath } from 'node:url';
import { type SandboxRequests, applyManifests } from './apply-manifests.js';
import { readManifests } from './read-manifests.js';

/** Last object of `seed.yaml`, in a namespace that cannot be deleted. */
const SEEDED = '/api/v1/namespaces/kube-system/configmaps/sallyport-sandbox-seed';

/**
 * Applies the objects that the gateway needs at every start. Applies the users and their rights
 * only once, so that later changes and deletions of these objects stay.
 */
export async function furnish(sandbox: SandboxRequests): Promise<void> {
  await applyManifests(sandbox, readManifests(manifestPath('.')));
  const { status } = await sandbox.request('GET', SEEDED);
  if (status === 200) return;
  await applyManifests(sandbox, readManifests(manifestPath('seed.yaml')));
}

/** The path is relative to `dist` or `src`, which are siblings of `deploy`. */
function manifestPath(name: string): string {
  return fileURLToPath(new URL(`../../../deploy/sandbox/${name}`, import.meta.url));
}
