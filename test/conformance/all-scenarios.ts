import type { Scenario } from './scenario.js';
import { accessReviewScenarios } from './scenarios/access-reviews.js';
import { clusterScopeScenarios } from './scenarios/cluster-scope.js';
import { customResourceScenarios } from './scenarios/custom-resources.js';
import { deleteScenarios } from './scenarios/deletes.js';
import { discoveryScenarios } from './scenarios/discovery.js';
import { identityScenarios } from './scenarios/identity.js';
import { impersonationScenarios } from './scenarios/impersonation.js';
import { kindScenarios } from './scenarios/kinds.js';
import { listScenarios } from './scenarios/lists.js';
import { localSchemaScenarios } from './scenarios/local-schemas.js';
import { patchScenarios } from './scenarios/patches.js';
import { rbacErrorScenarios } from './scenarios/rbac-errors.js';
import { generatedRbacScenario } from './scenarios/rbac-generated.js';
import { secretRotationScenarios } from './scenarios/secret-rotations.js';
import { secretShareScenarios } from './scenarios/secret-shares.js';
import { secretSyncScenarios } from './scenarios/secret-syncs.js';
import { representationScenarios } from './scenarios/representations.js';
import { secretRequestScenarios } from './scenarios/secrets-requests.js';
import { secretTypeScenarios } from './scenarios/secrets-types.js';
import { secretWriteScenarios } from './scenarios/secrets-write.js';
import { applyScenarios } from './scenarios/server-side-apply.js';
import { watchScenarios } from './scenarios/watches.js';

/** Each area is one specification, so that they can run side by side. */
export const areas = {
  writes: [
    ...secretWriteScenarios,
    ...secretTypeScenarios,
    ...secretRequestScenarios,
    ...patchScenarios,
    ...applyScenarios,
    ...deleteScenarios,
  ],
  reads: [...listScenarios, ...watchScenarios, ...discoveryScenarios, ...representationScenarios],
  access: [
    generatedRbacScenario,
    ...rbacErrorScenarios,
    ...accessReviewScenarios,
    ...identityScenarios,
    ...impersonationScenarios,
  ],
  kinds: [
    ...kindScenarios,
    ...customResourceScenarios,
    ...clusterScopeScenarios,
    ...secretRotationScenarios,
    ...secretShareScenarios,
    ...secretSyncScenarios,
    ...localSchemaScenarios,
  ],
} as const satisfies Record<string, readonly Scenario[]>;

export type Area = keyof typeof areas;
