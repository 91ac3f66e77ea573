import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestCluster } from '../cluster/test-cluster.js';
import { isOnSandbox } from './test-target.js';

/**
 * Makes a Kubernetes API forget the changes that it would need to go on with a watch from before:
 * it answers with 410 then. The real server forgets all when it is started again. The sandbox
 * keeps them for ten minutes, so they are taken away from it while it is down.
 */
export async function forgetChanges(cluster: TestCluster): Promise<void> {
  // The sandbox never forgets the latest one, which holds its counter.
  const labels = { forgotten: String(Date.now()) };
  await cluster.request('PATCH', '/api/v1/namespaces/default', { metadata: { labels } });
  await cluster.stopApiServer();
  if (isOnSandbox) {
    const database = new DatabaseSync(join(cluster.dir, 'data', 'objects.db'), { timeout: 5_000 });
    database.exec('DELETE FROM change WHERE revision < (SELECT max(revision) FROM change)');
    database.close();
  }
  await cluster.startApiServer();
}
