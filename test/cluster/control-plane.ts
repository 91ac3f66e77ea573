import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ApiClient } from './api-client.js';
import { apiServerCommand, apiServerProbe } from './api-server.js';
import type { ApiServerOptions, ApiServerSettings } from './api-server.js';
import type { Binaries } from './binaries.js';
import type { ClusterFiles } from './cluster-files.js';
import { etcdClient, etcdCommand, etcdProbe, type EtcdSettings } from './etcd.js';
import { findFreePorts } from './free-ports.js';
import { ServerProcess, ServerStartError, type ServerCommand } from './server-process.js';
import type { Watchdog } from './watchdog.js';

export interface ControlPlaneSettings {
  readonly dir: string;
  readonly binaries: Binaries;
  readonly files: ClusterFiles;
  readonly options: ApiServerOptions;
  readonly watchdog: Watchdog;
}

const startAttemptsMax = 5;

/** Starts etcd and kube-apiserver and waits for both, on other ports if theirs were taken. */
export async function startControlPlane(settings: ControlPlaneSettings): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt++) {
    const controlPlane = new ControlPlane(settings, await findFreePorts(3));
    try {
      await controlPlane.start();
      return controlPlane;
    } catch (error) {
      await controlPlane.stop();
      const isRaceLost = error instanceof ServerStartError && error.isPortTaken;
      if (!isRaceLost || attempt === startAttemptsMax) throw error;
    }
  }
}

/** The servers of a cluster, each known to the watchdog for as long as it runs. */
export class ControlPlane {
  readonly url: string;
  /** Acts as a member of `system:masters`. */
  readonly admin: ApiClient;
  readonly #watchdog: Watchdog;
  readonly #etcd: EtcdSettings;
  readonly #apiServer: ApiServerSettings;
  readonly #running = new Set<ServerProcess>();
  #apiServerProcess: ServerProcess | undefined;

  constructor(settings: ControlPlaneSettings, ports: readonly number[]) {
    const { dir, binaries, files, options, watchdog } = settings;
    const [port = 0, etcdPort = 0, peerPort = 0] = ports;
    this.url = `https://127.0.0.1:${port}`;
    this.admin = new ApiClient({
      url: this.url,
      ca: files.authority.certificate,
      ...files.admin,
    });
    this.#watchdog = watchdog;
    this.#etcd = { binary: binaries.etcd, dir, files, clientPort: etcdPort, peerPort };
    this.#apiServer = { ...options, binary: binaries.kubeApiServer, dir, files, port, etcdPort };
  }

  async start(): Promise<void> {
    await this.#launch(etcdCommand(this.#etcd), await etcdProbe(this.#etcd));
    await this.startApiServer();
  }

  /** A client of the etcd behind the API server. */
  etcd(): Promise<ApiClient> {
    return etcdClient(this.#etcd);
  }

  async startApiServer(): Promise<void> {
    if (this.#apiServerProcess?.isRunning === true) throw new Error('kube-apiserver runs already');
    const command = apiServerCommand(this.#apiServer);
    this.#apiServerProcess = await this.#launch(command, apiServerProbe(this.admin));
  }

  async stopApiServer(): Promise<void> {
    await this.#apiServerProcess?.kill();
  }

  signalApiServer(signal: NodeJS.Signals): void {
    if (this.#apiServerProcess === undefined) throw new Error('kube-apiserver was not started');
    this.#apiServerProcess.signal(signal);
  }

  /** Ends the processes that this started, and no others, and forgets all that etcd held. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((server) => server.kill()));
    await rm(join(this.#etcd.dir, 'etcd'), { recursive: true, force: true });
  }

  async #launch(command: ServerCommand, probe: () => Promise<boolean>): Promise<ServerProcess> {
    const server = await ServerProcess.start(command);
    this.#running.add(server);
    this.#updateWatchdog();
    void server.closed.then(() => {
      this.#running.delete(server);
      // Also when it ended by itself: its process id may soon be that of someone else.
      this.#updateWatchdog();
    });
    await server.waitUntilReady(probe);
    return server;
  }

  #updateWatchdog(): void {
    this.#watchdog.guard([...this.#running].map((server) => server.pid));
  }
}
