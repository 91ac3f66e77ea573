import { recordOf } from './kube-json.js';
import type { KubeConnection } from './kube-connection.js';
import type { SelfKubeClient } from './self-kube.client.js';

/**
 * Reports whether the gateway's own token, which is for the API server, passes for this audience:
 * then every token of the cluster does. False if the gateway uses a certificate.
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
