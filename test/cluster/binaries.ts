import { join } from 'node:path';

import { ensureGoPrograms, plannedFolder, type GoPrograms } from './go-programs.js';

export interface Binaries {
  readonly etcd: string;
  readonly kubeApiServer: string;
  readonly kubectl: string;
}

const cluster: GoPrograms = {
  moduleDir: import.meta.dirname,
  name: 'kubernetes',
  title: 'etcd, kube-apiserver and kubectl',
  duration: '5 to 10 minutes',
  packages: [
    'go.etcd.io/etcd/server/v3',
    'k8s.io/kubernetes/cmd/kube-apiserver',
    'k8s.io/kubernetes/cmd/kubectl',
  ],
  renamed: { server: 'etcd' },
};

const olderKubectl: GoPrograms = {
  moduleDir: join(import.meta.dirname, '..', 'kubectl-1.32'),
  name: 'kubectl',
  title: 'kubectl',
  duration: '1 to 2 minutes',
  packages: ['k8s.io/kubernetes/cmd/kubectl'],
};

/**
 * The programs a cluster needs, built from `go.mod` on first use and kept outside the checkout.
 * Rejects with the reason and the remedy if they cannot be built; several processes may call it.
 */
export async function ensureBinaries(environment = process.env): Promise<Binaries> {
  return binariesIn(await ensureGoPrograms(cluster, environment));
}

/** Where those programs are once they are built. */
export async function plannedBinaries(environment = process.env): Promise<Binaries> {
  return binariesIn(await plannedFolder(cluster, environment));
}

function binariesIn(folder: string): Binaries {
  return {
    etcd: join(folder, 'etcd'),
    kubeApiServer: join(folder, 'kube-apiserver'),
    kubectl: join(folder, 'kubectl'),
  };
}

/**
 * A kubectl as people have it who are slower to update than their cluster: 1.32. Found, built and
 * rejected as those of the cluster are.
 */
export async function ensureOlderKubectl(environment = process.env): Promise<string> {
  return join(await ensureGoPrograms(olderKubectl, environment), 'kubectl');
}
