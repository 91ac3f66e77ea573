import type { RunningSandbox } from '@sallyport/kube-sandbox';
import type { Manifest } from './read-manifests.js';

export type SandboxRequests = Pick<RunningSandbox, 'request'>;

const APPLY = 'application/apply-patch+yaml';
const OWNER = 'fieldManager=sallyport-boot&force=true';

/** Applies each object with server-side apply, in order; throws at the first refused object. */
export async function applyManifests(
  sandbox: SandboxRequests,
  manifests: readonly Manifest[],
): Promise<void> {
  const paths = new ResourcePaths(sandbox);
  for (const manifest of manifests) {
    const path = `${await paths.of(manifest)}?${OWNER}`;
    const answer = await sandbox.request('PATCH', path, manifest, { contentType: APPLY });
    if (answer.status >= 300) throw refused(manifest, answer);
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Finds the paths of resources through discovery. */
class ResourcePaths {
  readonly #sandbox: SandboxRequests;
  readonly #known = new Map<string, readonly ApiResource[]>();

  constructor(sandbox: SandboxRequests) {
    this.#sandbox = sandbox;
  }

  async of({ apiVersion, kind, metadata }: Manifest): Promise<string> {
    const resources = this.#known.get(apiVersion) ?? (await this.#discover(apiVersion));
    const found = resources.find((it) => it.kind === kind && !it.name.includes('/'));
    if (!found) throw new Error(`the sandbox has no kind ${kind} in ${apiVersion}`);
    const namespace = found.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    const name = encodeURIComponent(metadata.name);
    return `${rootOf(apiVersion)}${namespace}/${found.name}/${name}`;
  }

  async #discover(apiVersion: string): Promise<readonly ApiResource[]> {
    const { status, body } = await this.#sandbox.request('GET', rootOf(apiVersion));
    if (status !== 200) throw new Error(`the sandbox has no API ${apiVersion}`);
    const { resources } = body as { readonly resources: readonly ApiResource[] };
    this.#known.set(apiVersion, resources);
    return resources;
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function refused(manifest: Manifest, answer: { status: number; body: unknown }): Error {
  const { message = '' } = (answer.body ?? {}) as { readonly message?: string };
  const what = `${manifest.kind} ${manifest.metadata.name}`;
  return new Error(`the sandbox refuses ${what}: ${answer.status} ${message}`);
}
