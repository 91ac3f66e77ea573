import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ApiClient, type ApiRequestOptions, type ApiResponse } from '../cluster/api-client.js';
import { ensureBinaries, plannedBinaries } from '../cluster/binaries.js';
import type { CertificateAuthority } from '../cluster/certificates.js';
import { createToken, type TokenSettings } from '../cluster/create-token.js';
import { findFreePorts } from '../cluster/free-ports.js';
import { writeKubeconfig } from '../cluster/kubeconfig.js';
import { runKubectl } from '../cluster/kubectl.js';
import { applyManifests, manifestsAt, manifestsOf } from '../cluster/manifests.js';
import { ServerStartError } from '../cluster/server-process.js';
import type { TestCluster } from '../cluster/test-cluster.js';
import { Watchdog } from '../cluster/watchdog.js';
import { SandboxServer, type SandboxAccess } from './sandbox-server.js';
import { readAuthority } from './stored-authority.js';

const startAttemptsMax = 5;

interface Parts {
  readonly dir: string;
  readonly kubectlPath: string;
  readonly server: SandboxServer;
  readonly access: SandboxAccess;
  readonly authority: CertificateAuthority;
  readonly watchdog: Watchdog;
  /** What `stop` does; told whether the sandbox was left paused or stopped. */
  readonly end: (isInterrupted: boolean) => Promise<void>;
}

/** A sandbox that stays for the next spec of this process. */
interface Kept {
  readonly parts: Omit<Parts, 'end'>;
  readonly files: ReadonlySet<string>;
}

/** More are in use at once than this where a spec is about two. */
const IDLE_MAX = 1;
const idle: Kept[] = [];

/**
 * A sandbox in a process of its own, with an empty database: one of an earlier spec of this process
 * where one is left, since code that has run is quicker. One that is left paused or stopped ends
 * with its spec, the others with this process, however that ends.
 */
export async function startSandboxCluster(): Promise<SandboxCluster> {
  const kept = idle.pop() ?? (await startKept());
  return new SandboxCluster({ ...kept.parts, end: (is) => giveBack(kept, is) });
}

async function giveBack(kept: Kept, isInterrupted: boolean): Promise<void> {
  const { dir, server, watchdog } = kept.parts;
  if (isInterrupted || idle.length >= IDLE_MAX) {
    await server.kill();
    await rm(dir, { recursive: true, force: true });
    await watchdog.release();
    return;
  }
  await server.beginAgain();
  for (const name of await readdir(dir)) {
    // The server goes on writing to the log of its latest start.
    const isKept = kept.files.has(name) || /^sandbox-\d+\.log$/.test(name);
    if (!isKept) await rm(join(dir, name), { recursive: true, force: true });
  }
  idle.push(kept);
}

async function startKept(): Promise<Kept> {
  // Not built before somebody runs it: the sandbox itself needs none of Kubernetes' programs.
  const { kubectl } = await plannedBinaries();
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-sandbox-'));
  const watchdog = new Watchdog(dir);
  try {
    const dataDir = join(dir, 'data');
    const server = new SandboxServer({ dir, dataDir, watchdog });
    const access = await startOnFreePort(server);
    const authority = await readAuthority(join(dataDir, 'keys', 'ca.pem'));
    const parts = { dir, kubectlPath: kubectl, server, access, authority, watchdog };
    await writeFiles(parts);
    return { parts, files: new Set(await readdir(dir)) };
  } catch (error) {
    // It ends what runs and removes the folder.
    await watchdog.release();
    throw error;
  }
}

/** Not on port 0: an outgoing connection could take such a port while the sandbox is stopped. */
async function startOnFreePort(server: SandboxServer): Promise<SandboxAccess> {
  for (let attempt = 1; ; attempt++) {
    const [port = 0] = await findFreePorts(1);
    try {
      return await server.start(port);
    } catch (error) {
      const isRaceLost = error instanceof ServerStartError && error.isPortTaken;
      if (!isRaceLost || attempt === startAttemptsMax) throw error;
    }
  }
}

/** A running sandbox, with the members of the real `Cluster`. */
export class SandboxCluster implements TestCluster {
  readonly url: string;
  readonly dir: string;
  readonly caFile: string;
  readonly adminKubeconfigFile: string;
  readonly kubectlPath: string;
  /** Issues client certificates that the sandbox accepts. */
  readonly authority: CertificateAuthority;
  readonly #parts: Parts;
  readonly #admin: ApiClient;
  #isInterrupted = false;
  #stopped: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { access, dir } = parts;
    this.url = access.url;
    this.dir = dir;
    this.caFile = join(dir, 'ca.crt');
    this.adminKubeconfigFile = join(dir, 'admin.kubeconfig');
    this.kubectlPath = parts.kubectlPath;
    this.authority = parts.authority;
    this.#parts = parts;
    this.#admin = new ApiClient({
      url: access.url,
      ca: access.caCertificate,
      key: access.adminKey,
      certificate: access.adminCertificate,
    });
  }

  /** Asks as `system:masters`, or as the bearer of `options.token`; a refusal is an answer too. */
  async request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options?: ApiRequestOptions,
  ): Promise<ApiResponse<Body>> {
    return this.#admin.request<Body>(method, path, body, options);
  }

  /** Runs the built kubectl as `system:masters`; resolves with its output, rejects if it fails. */
  async kubectl(kubectlArguments: readonly string[], input?: string): Promise<string> {
    await ensureBinaries();
    return runKubectl(kubectlArguments, {
      binary: this.kubectlPath,
      kubeconfigFile: this.adminKubeconfigFile,
      homeDir: this.dir,
      ...(input === undefined ? {} : { input }),
    });
  }

  /** Applies YAML text; its CustomResourceDefinitions are in force afterwards. */
  async apply(manifest: string): Promise<void> {
    await applyManifests(this, manifestsOf(manifest));
  }

  /** Applies a file, or all files under a folder, as `apply` does. */
  async applyFile(path: string): Promise<void> {
    await applyManifests(this, manifestsAt(path));
  }

  /** A token from the TokenRequest API; the ServiceAccount must exist. */
  async createToken(settings: TokenSettings): Promise<string> {
    return createToken(this, settings);
  }

  /** Writes a kubeconfig that acts with `token` and resolves with its path. */
  async kubeconfigFor({ token, name }: { token: string; name: string }): Promise<string> {
    const path = join(this.dir, `${name}.kubeconfig`);
    const ca = this.#parts.access.caCertificate;
    await writeKubeconfig(path, { server: this.url, ca, user: { token } });
    return path;
  }

  /** Freezes the sandbox: it accepts connections and answers nothing until `resume()`. */
  pause(): void {
    this.#isInterrupted = true;
    this.#parts.server.signal('SIGSTOP');
  }

  resume(): void {
    this.#isInterrupted = false;
    this.#parts.server.signal('SIGCONT');
  }

  /** Ends the sandbox without warning; connections are refused from then on. */
  async stopApiServer(): Promise<void> {
    this.#isInterrupted = true;
    await this.#parts.server.kill();
  }

  /** Starts the sandbox again, with the same address and data, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    await this.#parts.server.start(Number(new URL(this.url).port));
    this.#isInterrupted = false;
  }

  /** Gives back what this cluster used; may be called twice. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#parts.end(this.#isInterrupted);
    await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** What programs such as kubectl read. */
async function writeFiles({ dir, access }: Pick<Parts, 'dir' | 'access'>): Promise<void> {
  const { caCertificate: ca, adminCertificate, adminKey } = access;
  await writeFile(join(dir, 'ca.crt'), ca);
  const user = { key: adminKey, certificate: adminCertificate };
  await writeKubeconfig(join(dir, 'admin.kubeconfig'), { server: access.url, ca, user });
}
