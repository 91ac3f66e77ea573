import { ensureClientGo } from '../client-go/client-go.js';
import { ensureBinaries, ensureOlderKubectl } from '../cluster/binaries.js';
import { ensureFerretdb } from '../ferretdb/ferretdb-binary.js';
import { ensureKubeconform } from '../kubeconform/kubeconform.js';
import { ensureKubeseal } from '../kubeseal/kubeseal.js';
import { ensurePythonClient } from '../python-client/python-client.js';
import { ensureMoto } from '../services/moto-program.js';
import { ensureOpenBao } from '../services/openbao-program.js';

interface Build {
  readonly title: string;
  readonly ensure: () => Promise<unknown>;
}

/** One after the other: each takes all processors. */
const builds: readonly Build[] = [
  { title: 'etcd, kube-apiserver and kubectl', ensure: () => ensureBinaries() },
  { title: 'an older kubectl', ensure: () => ensureOlderKubectl() },
  { title: 'a program on client-go', ensure: () => ensureClientGo() },
  { title: 'kubeseal', ensure: () => ensureKubeseal() },
  { title: 'kubeconform', ensure: () => ensureKubeconform() },
  { title: 'FerretDB', ensure: () => ensureFerretdb() },
  { title: "Kubernetes' Python client", ensure: () => ensurePythonClient() },
  { title: 'OpenBao', ensure: () => ensureOpenBao() },
  { title: 'moto', ensure: () => ensureMoto() },
];
const PROGRESS_MS = 15_000;

/** Builds what is not kept from an earlier run; tells how far it is, where it takes long. */
export async function buildAll(tell: (line: string) => void): Promise<void> {
  const startedAtMs = Date.now();
  let current = '';
  const seconds = () => Math.round((Date.now() - startedAtMs) / 1_000);
  const timer = setInterval(() => tell(`builds: ${current}, ${seconds()} s so far`), PROGRESS_MS);
  try {
    for (const [index, { title, ensure }] of builds.entries()) {
      current = `${index + 1} of ${builds.length}, ${title}`;
      await ensure();
    }
  } finally {
    clearInterval(timer);
  }
  tell(`builds: all ${builds.length} are there, after ${seconds()} s`);
}
