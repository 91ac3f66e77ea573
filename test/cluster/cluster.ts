import { join } from 'node:path';

import type { ApiRequestOptions, ApiResponse } from './api-client.js';
import type { CertificateAuthority } from './certificates.js';
import { aggregateClusterRoles } from './cluster-roles.js';
import {
  adminKubeconfigIn,
  startServers,
  type ClusterServers,
  type ClusterOptions,
} from './cluster-servers.js';
import { createToken, type TokenSettings } from './create-token.js';
import { writeKubeconfig } from './kubeconfig.js';
import { runKubectl } from './kubectl.js';
import { applyManifests, manifestsAt, manifestsOf, type Manifest } from './manifests.js';

interface Parts extends ClusterServers {
  /** What `stop` does; told whether the API server was left paused or stopped. */
  readonly end: (isInterrupted: boolean) => Promise<void>;
}

/**
 * Starts a real etcd and kube-apiserver on loopback. Rejects with the reason if they cannot be
 * built or do not become ready. They end with `stop()`, or when this process ends, however it does.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const servers = await startServers(options);
  return new Cluster({ ...servers, end: () => servers.stop() });
}

/** A running Kubernetes API for tests; no controllers, no scheduler, no nodes. */
export class Cluster {
  readonly url: string;
  readonly dir: string;
  readonly caFile: string;
  readonly adminKubeconfigFile: string;
  readonly kubectlPath: string;
  /** Issues client certificates that the API server accepts. */
  readonly authority: CertificateAuthority;
  readonly #parts: Parts;
  #isInterrupted = false;
  #stopped: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.url = parts.controlPlane.url;
    this.dir = parts.dir;
    this.caFile = parts.files.caFile;
    this.adminKubeconfigFile = adminKubeconfigIn(parts.dir);
    this.kubectlPath = parts.binaries.kubectl;
    this.authority = parts.files.authority;
    this.#parts = parts;
  }

  /** Asks as `system:masters`, or as the bearer of `options.token`; a refusal is an answer too. */
  async request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options?: ApiRequestOptions,
  ): Promise<ApiResponse<Body>> {
    return this.#parts.controlPlane.admin.request<Body>(method, path, body, options);
  }

  /** Runs the built kubectl as `system:masters`; resolves with its output, rejects if it fails. */
  async kubectl(kubectlArguments: readonly string[], input?: string): Promise<string> {
    return runKubectl(kubectlArguments, {
      binary: this.kubectlPath,
      kubeconfigFile: this.adminKubeconfigFile,
      homeDir: this.dir,
      ...(input === undefined ? {} : { input }),
    });
  }

  /** Applies YAML text; its CustomResourceDefinitions and ClusterRoles are in force afterwards. */
  async apply(manifest: string): Promise<void> {
    await this.#apply(manifestsOf(manifest));
  }

  /** Applies a file, or all files under a folder, as `apply` does. */
  async applyFile(path: string): Promise<void> {
    await this.#apply(manifestsAt(path));
  }

  /** A token from the TokenRequest API; the ServiceAccount must exist. */
  async createToken(settings: TokenSettings): Promise<string> {
    return createToken(this, settings);
  }

  /** Writes a kubeconfig that acts with `token` and resolves with its path. */
  async kubeconfigFor({ token, name }: { token: string; name: string }): Promise<string> {
    const path = join(this.dir, `${name}.kubeconfig`);
    const ca = this.#parts.files.authority.certificate;
    await writeKubeconfig(path, { server: this.url, ca, user: { token } });
    return path;
  }

  /** Freezes the API server: it accepts connections and answers nothing until `resume()`. */
  pause(): void {
    this.#isInterrupted = true;
    this.#parts.controlPlane.signalApiServer('SIGSTOP');
  }

  resume(): void {
    this.#isInterrupted = false;
    this.#parts.controlPlane.signalApiServer('SIGCONT');
  }

  /** Ends the API server without warning, as a crash does; connections are refused from then on. */
  async stopApiServer(): Promise<void> {
    this.#isInterrupted = true;
    await this.#parts.controlPlane.stopApiServer();
  }

  /** Starts the API server again, with the same address and data, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    await this.#parts.controlPlane.startApiServer();
    this.#isInterrupted = false;
  }

  /** Ends the cluster, and gives back what it used; may be called twice. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#parts.end(this.#isInterrupted);
    await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #apply(manifests: readonly Manifest[]): Promise<void> {
    await applyManifests(this, manifests);
    if (manifests.some(({ kind }) => kind === 'ClusterRole')) await aggregateClusterRoles(this);
  }
}
