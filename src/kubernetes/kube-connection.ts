import { type KubeConfigSource, openInCluster, openKubeconfig } from './kube-config-source.js';
import { isLoopback } from './loopback.js';
import type { KubeAccessMaterial } from './kube-access-material.js';

export type KubeConnectionSettings =
  | { readonly mode: 'kubeconfig'; readonly path: string; readonly context?: string }
  | { readonly mode: 'in-cluster' };

// Kubelets renew projected tokens at 80 % of their life; read material is used for this long.
const MATERIAL_KEPT_MS = 10_000;

/**
 * Address of the API server and the gateway's own credentials. Uses only what is configured: it
 * does not search for a default kubeconfig.
 */
export class KubeConnection {
  readonly server: URL;
  readonly #source: KubeConfigSource;
  #material: Promise<KubeAccessMaterial> | undefined;
  #readAtMs = 0;

  constructor(source: KubeConfigSource) {
    this.server = checkedServer(source.server);
    this.#source = source;
  }

  /** Throws if the configuration names no usable server or user. */
  static async open(settings: KubeConnectionSettings): Promise<KubeConnection> {
    const source =
      settings.mode === 'kubeconfig'
        ? await openKubeconfig(settings.path, settings.context)
        : await openInCluster();
    return new KubeConnection(source);
  }

  /** Returns material that is at most ten seconds old; concurrent callers share one read. */
  material(): Promise<KubeAccessMaterial> {
    const nowMs = performance.now();
    if (this.#material !== undefined && nowMs - this.#readAtMs < MATERIAL_KEPT_MS) {
      return this.#material;
    }
    const reading = this.#source.read();
    this.#material = reading;
    this.#readAtMs = nowMs;
    reading.catch(() => {
      if (this.#material === reading) this.#material = undefined;
    });
    return reading;
  }

  /** Forgets credentials that the API server has refused. */
  forget(): void {
    this.#material = undefined;
  }
}

function checkedServer(server: string): URL {
  const url = new URL(server);
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return url;
  throw new Error('the API server must be reached over https, or over http on loopback');
}
