import * as accessOperations from '../../src/access/access.operations.js';
import * as auditOperations from '../../src/audit/audit.operations.js';
import * as ingestOperations from '../../src/audit/ingest/ingest.operations.js';
import * as logOperations from '../../src/audit/log/log.operations.js';
import * as consumersOperations from '../../src/consumers/consumers.operations.js';
import * as environmentOperations from '../../src/environments/environments.operations.js';
import type { Operation } from '../../src/core/operation.js';
import * as importOperations from '../../src/shares/imports.operations.js';
import * as kubeconfigOperations from '../../src/kubectl/kubeconfig.operations.js';
import * as namespaceOperations from '../../src/namespaces/namespace.operations.js';
import * as rotationOperations from '../../src/rotation/rotation.operations.js';
import * as secretWrites from '../../src/secrets/secret-writes.operations.js';
import * as secretOperations from '../../src/secrets/secret.operations.js';
import * as valuesOperations from '../../src/secrets/values.operations.js';
import * as sealedSecretOperations from '../../src/secrets/sealed-secrets.operations.js';
import * as sealingOperations from '../../src/sealing/sealing.operations.js';
import * as localSchemaOperations from '../../src/schemas/local-schemas.operations.js';
import * as schemaOperations from '../../src/schemas/schemas.operations.js';
import * as shareOperations from '../../src/shares/shares.operations.js';
import * as notifyOperations from '../../src/sync/notify.operations.js';
import * as storeOperations from '../../src/sync/stores.operations.js';
import * as syncOperations from '../../src/sync/syncs.operations.js';
import * as tokenOperations from '../../src/tokens/token.operations.js';
import * as versionOperations from '../../src/versions/version.operations.js';

const modules: readonly Readonly<Record<string, unknown>>[] = [
  accessOperations,
  auditOperations,
  consumersOperations,
  environmentOperations,
  importOperations,
  ingestOperations,
  kubeconfigOperations,
  logOperations,
  namespaceOperations,
  rotationOperations,
  localSchemaOperations,
  schemaOperations,
  shareOperations,
  sealedSecretOperations,
  sealingOperations,
  secretOperations,
  secretWrites,
  notifyOperations,
  storeOperations,
  syncOperations,
  tokenOperations,
  valuesOperations,
  versionOperations,
];

/** Every operation of the API. The routes of a running gateway are compared with these. */
export const allOperations: readonly Operation[] = modules.flatMap((module) =>
  Object.values(module).filter(isOperation),
);

/** Modules with operations export schemas as well. */
function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'method' in value && 'answers' in value;
}
