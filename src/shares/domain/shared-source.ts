import type { Representation } from '../../secrets/domain/representation.js';
import { isServiceAccountToken } from '../../secrets/domain/service-account-token.js';
import type { StoredSecret } from '../../secrets/domain/secret.js';

/** Types whose values are credentials of the cluster itself. */
const clusterCredentials: readonly string[] = [
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
];

/** Whether the values of a Secret may leave its namespace. */
export const isShareable: Representation<boolean> = {
  id: 'shareable',
  showsVersion: false,
  render: (secret: StoredSecret) => !isClusterCredential(secret),
  sizeBytes: () => 1,
};

/** Reports whether a Secret is a credential of the cluster that has it. */
export function isClusterCredential({ type, data }: Pick<StoredSecret, 'type' | 'data'>): boolean {
  return clusterCredentials.includes(type) || [...data.values()].some(isServiceAccountToken);
}
