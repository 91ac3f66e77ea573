import type { Cluster } from './cluster.js';

/** What a test may ask of a Kubernetes API, whether the real one or the sandbox serves it. */
export type TestCluster = Pick<Cluster, keyof Cluster>;
