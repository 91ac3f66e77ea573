import { recordOf } from './kube-json.js';
import type { KubeConnection } from './kube-connection.js';
import type { SelfKubeClient } from './self-kube.client.js';

/**
 * Whether the gateway's own token, which was made for the API server, passes for one of this
 * audience: then every token of the cluster does. False where a certificate speaks for it.
 */
export async function passesForAudience(
  connection: KubeConnection,
  self: SelfKubeClient,
  audience: string,
): Promise<boolean> {
  const { token } = await connection.material();
  if (token === undefined) return false;
  const review = await self.reviewToken(token, [audience]);
  return recordOf(review['status'])['authenticated'] === true;
}
