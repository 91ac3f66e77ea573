import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ApiRequestOptions, ApiResponse } from './api-client.js';
import type { ApiServerOptions } from './api-server.js';
import { ensureBinaries, type Binaries } from './binaries.js';
import type { CertificateAuthority } from './certificates.js';
import { writeClusterFiles, type ClusterFiles } from './cluster-files.js';
import { aggregateClusterRoles } from './cluster-roles.js';
import { createToken, type TokenSettings } from './create-token.js';
import { startControlPlane, type ControlPlane } from './control-plane.js';
import { writeKubeconfig } from './kubeconfig.js';
import { runKubectl } from './kubectl.js';
import { Watchdog } from './watchdog.js';

export type ClusterOptions = ApiServerOptions;

interface Parts {
  readonly dir: string;
  readonly binaries: Binaries;
  readonly files: ClusterFiles;
  readonly controlPlane: ControlPlane;
  readonly watchdog: Watchdog;
}

/**
 * Starts a real etcd and kube-apiserver on loopback. Rejects with the reason if they cannot be
 * built or do not become ready. They end with `stop()`, or when this process ends, however it does.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binaries = await ensureBinaries();
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-cluster-'));
  const watchdog = new Watchdog(dir);
  try {
    const files = await writeClusterFiles(dir);
    const settings = { dir, binaries, files, options, watchdog };
    const controlPlane = await startControlPlane(settings);
    const cluster = new Cluster({ dir, binaries, files, controlPlane, watchdog });
    const user = files.admin;
    const ca = files.authority.certificate;
    await writeKubeconfig(cluster.adminKubeconfigFile, { server: cluster.url, ca, user });
    await aggregateClusterRoles(cluster);
    return cluster;
  } catch (error) {
    // It ends what runs and removes the folder.
    await watchdog.release();
    throw error;
  }
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
  #stopped: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.url = parts.controlPlane.url;
    this.dir = parts.dir;
    this.caFile = parts.files.caFile;
    this.adminKubeconfigFile = join(parts.dir, 'admin.kubeconfig');
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
    await this.#apply(['--filename=-'], manifest);
  }

  /** Applies a file, or all files under a folder, as `apply` does. */
  async applyFile(path: string): Promise<void> {
    await this.#apply([`--filename=${path}`, '--recursive']);
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
    this.#parts.controlPlane.signalApiServer('SIGSTOP');
  }

  resume(): void {
    this.#parts.controlPlane.signalApiServer('SIGCONT');
  }

  /** Ends the API server without warning, as a crash does; connections are refused from then on. */
  async stopApiServer(): Promise<void> {
    await this.#parts.controlPlane.stopApiServer();
  }

  /** Starts the API server again, with the same address and data, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    await this.#parts.controlPlane.startApiServer();
  }

  /** Ends the processes that this cluster started and removes its folder; may be called twice. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<void> {
    await this.#parts.controlPlane.stop();
    await rm(this.dir, { recursive: true, force: true });
    await this.#parts.watchdog.release();
  }

  async #apply(source: readonly string[], input?: string): Promise<void> {
    const options = ['--server-side', '--force-conflicts', '--output=name'];
    const output = await this.kubectl(['apply', ...options, ...source], input);
    const names = output.split('\n');

    const definitions = names.filter((name) => name.startsWith('customresourcedefinition.'));
    if (definitions.length > 0) {
      await this.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...definitions]);
    }
    if (names.some((name) => name.startsWith('clusterrole.'))) await aggregateClusterRoles(this);
  }
}
