import type { KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { objectsAt } from '../../table/columns/object-fields.js';

const mountableSecrets = 'kubernetes.io/enforce-mountable-secrets';

/** Strategy of ServiceAccounts; keeps only the names of the listed Secrets. */
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
