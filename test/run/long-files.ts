import { globSync } from 'node:fs';
import { sandboxIsEnough } from './clusters.js';

/**
 * Files that `npm run test:full` has no time for: `npm run test:rest` runs these with short counts,
 * and `npm run test:long` with all counts. `docs/testing.md` has the reason for each, and the tests
 * of the same guarantee that `npm run test:full` runs.
 */
export const longFiles: readonly string[] = [
  'test/conformance/kubectl/transcripts.spec.ts',
  'test/e2e/access/review-answers.spec.ts',
  'test/e2e/audit/anchor-attacks.spec.ts',
  'test/e2e/audit/announced-ids.spec.ts',
  'test/e2e/auth/authentication-file.spec.ts',
  'test/e2e/auth/bound-pod.spec.ts',
  'test/e2e/cli/transcripts.spec.ts',
  'test/e2e/kubectl/client-go.spec.ts',
  'test/e2e/kubectl/disconnects.spec.ts',
  'test/e2e/kubectl/python-client.spec.ts',
  'test/e2e/rotation/faults-admission.spec.ts',
  'test/e2e/rotation/no-failed-login.spec.ts',
  'test/e2e/sandbox/start.spec.ts',
  'test/e2e/schemas/slow-checks.spec.ts',
  'test/e2e/shares/many-copies.spec.ts',
  'test/e2e/storage/postgres-restarts.spec.ts',
  'test/e2e/storage/postgres-rollback.spec.ts',
  'test/e2e/storage/replica-faults.spec.ts',
  'test/e2e/tokens/foreign-row.spec.ts',
  'test/e2e/versions/small-disk.spec.ts',
  'test/integration/audit/background-publisher.spec.ts',
  'test/integration/audit/kill-under-load.spec.ts',
  'test/integration/audit/log-mutations.spec.ts',
  'test/integration/audit/syscall-faults.spec.ts',
  'test/integration/encryption/gateway-start.spec.ts',
  'test/integration/encryption/kill-during-rewrap.spec.ts',
  'test/integration/kubernetes/in-cluster.spec.ts',
  'test/integration/kubernetes/reflector-refused.spec.ts',
  'test/integration/kubernetes/secret-cache.spec.ts',
  'test/integration/platform/storage/database-changes.spec.ts',
  'test/integration/rotation/kill.spec.ts',
  'test/integration/rotation/replicas.spec.ts',
  'test/integration/rotation/stopped-leader.spec.ts',
  'test/integration/shares/copies-kill-replicas.spec.ts',
  'test/integration/sync/kill-replicas.spec.ts',
  'test/integration/versions/capture-kill.spec.ts',
  'test/integration/versions/capture-replicas.spec.ts',
  'test/interop/interop.spec.ts',
  'test/security/generated-writes.spec.ts',
];

/** The same files, by the cluster on which a short run runs each. */
export function longFilesByCluster(): {
  readonly sandbox: readonly string[];
  readonly real: readonly string[];
} {
  const onSandbox = new Set(sandboxIsEnough.flatMap((pattern) => globSync(pattern)));
  return {
    sandbox: longFiles.filter((path) => onSandbox.has(path)),
    real: longFiles.filter((path) => !onSandbox.has(path)),
  };
}
