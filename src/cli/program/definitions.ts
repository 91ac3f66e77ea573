import { accessDefinitions } from '../access/access.definitions.js';
import { auditDefinitions } from '../audit/audit.definitions.js';
import { connectionDefinitions } from '../connection/connection.definitions.js';
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
  ...accessDefinitions,
  ...rotationDefinitions,
  ...tokenDefinitions,
  ...auditDefinitions,
];
