import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestCluster } from '../cluster/test-cluster.js';
import type { Launch } from './child-gateway.js';

const root = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A folder as kubelets keep it for a pod: files are links through `..data`, which is replaced. */
export class ProjectedToken {
  readonly #folder: string;
  readonly #cluster: Pick<TestCluster, 'url' | 'caFile'>;
  readonly #namespace: string;
  #generation = 0;

  constructor(folder: string, cluster: Pick<TestCluster, 'url' | 'caFile'>, namespace: string) {
    this.#folder = folder;
    this.#cluster = cluster;
    this.#namespace = namespace;
    mkdirSync(folder);
    for (const name of ['token', 'ca.crt', 'namespace']) {
      symlinkSync(join('..data', name), join(folder, name));
    }
  }

  /** The files of the next generation, put in place at once; those before it are gone then. */
  write(token: string): void {
    const before = `..generation-${this.#generation}`;
    this.#generation += 1;
    const next = `..generation-${this.#generation}`;
    mkdirSync(join(this.#folder, next));
    const files = {
      token,
      'ca.crt': readFileSync(this.#cluster.caFile, 'utf8'),
      namespace: this.#namespace,
    };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(this.#folder, next, name), text, { mode: 0o440 });
    }
    symlinkSync(next, join(this.#folder, '..data_tmp'));
    renameSync(join(this.#folder, '..data_tmp'), join(this.#folder, '..data'));
    rmSync(join(this.#folder, before), { recursive: true, force: true });
  }

  /**
   * Starts a process that finds the folder where pods do, and the API server too. In a mount
   * namespace of its own, which needs root, as the test environment has.
   */
  launch(): Launch {
    const { hostname, port } = new URL(this.#cluster.url);
    const steps = [
      'mount -t tmpfs tmpfs /var/run',
      `mkdir -p ${root}`,
      `mount --bind "$1" ${root}`,
      'shift',
      'exec "$@"',
    ];
    return {
      environment: {
        PATH: process.env['PATH'] ?? '',
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: port,
      },
      within: ['unshare', '--mount', 'sh', '-ec', steps.join(' && '), 'sh', this.#folder],
    };
  }
}
