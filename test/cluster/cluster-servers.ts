import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ApiServerOptions } from './api-server.js';
import { ensureBinaries, type Binaries } from './binaries.js';
import { writeClusterFiles, type ClusterFiles } from './cluster-files.js';
import { aggregateClusterRoles } from './cluster-roles.js';
import { startControlPlane, type ControlPlane } from './control-plane.js';
import { writeKubeconfig } from './kubeconfig.js';
import { Watchdog } from './watchdog.js';

export type ClusterOptions = ApiServerOptions;

/** The servers of a cluster and their folder; `Cluster` is what tests use of them. */
export interface ClusterServers {
  readonly dir: string;
  readonly binaries: Binaries;
  readonly files: ClusterFiles;
  readonly controlPlane: ControlPlane;
}

/** Servers that nobody else uses. */
export interface StartedServers extends ClusterServers {
  /** Ends the processes and removes the folder. */
  stop(): Promise<void>;
}

/** Starts etcd and kube-apiserver; rejects and ends as `startCluster` does. */
export async function startServers(options: ClusterOptions = {}): Promise<StartedServers> {
  const binaries = await ensureBinaries();
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-cluster-'));
  const watchdog = new Watchdog(dir);
  try {
    const files = await writeClusterFiles(dir);
    const controlPlane = await startControlPlane({ dir, binaries, files, options, watchdog });
    const user = files.admin;
    const ca = files.authority.certificate;
    await writeKubeconfig(adminKubeconfigIn(dir), { server: controlPlane.url, ca, user });
    await aggregateClusterRoles(controlPlane.admin);
    const stop = async (): Promise<void> => {
      await controlPlane.stop();
      await rm(dir, { recursive: true, force: true });
      await watchdog.release();
    };
    return { dir, binaries, files, controlPlane, stop };
  } catch (error) {
    // It ends what runs and removes the folder.
    await watchdog.release();
    throw error;
  }
}

export function adminKubeconfigIn(dir: string): string {
  return join(dir, 'admin.kubeconfig');
}
