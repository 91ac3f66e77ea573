import { sharedCluster } from '../cluster/shared-cluster.js';
import type { TestCluster } from '../cluster/test-cluster.js';
import { startSandboxCluster } from '../sandbox/sandbox-cluster.js';

/** What the suites that run on both stand on here: the real API server, or the sandbox. */
export const isOnSandbox = process.env['SALLYPORT_TEST_CLUSTER'] === 'sandbox';

/** The Kubernetes API that this run is about. */
export function startTestCluster(): Promise<TestCluster> {
  return isOnSandbox ? startSandboxCluster() : sharedCluster('definitions');
}

/** Both, for suites that are about each in turn, or at once. */
export const bothClusters: readonly (readonly [string, () => Promise<TestCluster>])[] = [
  ['the real API server', () => sharedCluster()],
  ['the sandbox', () => startSandboxCluster()],
];
