import { fileURLToPath } from 'node:url';
import { type SandboxRequests, applyManifests } from './apply-manifests.js';
import { readManifests } from './read-manifests.js';

/** The last object of `seed.yaml`, in a namespace that nobody can delete. */
const SEEDED = '/api/v1/namespaces/kube-system/configmaps/sallyport-sandbox-seed';

/**
 * Applies what the gateway needs, as a cluster gets it, at every start; and the users with their
 * rights once, so that what somebody has changed or deleted of them stays so.
 */
export async function furnish(sandbox: SandboxRequests): Promise<void> {
  await applyManifests(sandbox, readManifests(manifestPath('.')));
  const { status } = await sandbox.request('GET', SEEDED);
  if (status === 200) return;
  await applyManifests(sandbox, readManifests(manifestPath('seed.yaml')));
}

/** `dist` and `src` both lie beside `deploy`. */
function manifestPath(name: string): string {
  return fileURLToPath(new URL(`../../../deploy/sandbox/${name}`, import.meta.url));
}
