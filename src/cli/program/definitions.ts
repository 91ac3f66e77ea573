import { accessDefinitions } from '../access/access.definitions.js';
import { auditDefinitions } from '../audit/audit.definitions.js';
import { agentDefinitions } from '../agent/agent.definitions.js';
import { completionDefinitions } from '../completion/completion.definitions.js';
import { connectionDefinitions } from '../connection/connection.definitions.js';
import { kubeconfigDefinitions } from '../kubeconfig/kubeconfig.definitions.js';
import { processDefinitions } from '../process/process.definitions.js';
import { rotationDefinitions } from '../rotation/rotation.definitions.js';
import { secretDefinitions } from '../secrets/secrets.definitions.js';
import { versionDefinitions } from '../secrets/versions.definitions.js';
import { tokenDefinitions } from '../tokens/tokens.definitions.js';
import type { CommandDefinition } from './command-definition.js';

/** Commands that call a gateway, in the order of the help. */
export const definitions: readonly CommandDefinition[] = [
  ...connectionDefinitions,
  ...secretDefinitions,
  ...versionDefinitions,
  ...processDefinitions,
  ...agentDefinitions,
  ...accessDefinitions,
  ...rotationDefinitions,
  ...tokenDefinitions,
  ...kubeconfigDefinitions,
  ...auditDefinitions,
  ...completionDefinitions,
];
