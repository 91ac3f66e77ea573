import type { KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { objectsAt } from '../../table/columns/object-fields.js';

const mountableSecrets = 'kubernetes.io/enforce-mountable-secrets';

/** ServiceAccounts; of the Secrets they list only the names are kept. */
export const serviceAccountStrategy: Strategy = {
  returnsDeleted: true,
  prepareForCreate: prepare,
  prepareForUpdate: prepare,
  warnings: ({ metadata }) => {
    if (metadata.annotations?.[mountableSecrets] === undefined) return [];
    return [
      `metadata.annotations[${mountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
    ];
  },
};

function prepare(account: KubeObject): void {
  if (account['secrets'] === undefined) return;
  account['secrets'] = objectsAt(account, 'secrets').map(({ name }) => ({ name }));
}
