import type { KubectlScenario } from './kubectl-scenario.js';
import { accessScenarios } from './scenarios/access.js';
import { applyScenarios } from './scenarios/apply.js';
import { createScenarios } from './scenarios/create.js';
import { deleteScenarios } from './scenarios/delete.js';
import { describeScenarios } from './scenarios/describe.js';
import { diffAndReplaceScenarios } from './scenarios/diff-and-replace.js';
import { discoveryScenarios } from './scenarios/discovery.js';
import { editAndPatchScenarios } from './scenarios/edit-and-patch.js';
import { errorScenarios } from './scenarios/errors.js';
import { getScenarios } from './scenarios/get.js';
import { serverSideApplyScenarios } from './scenarios/server-side-apply.js';
import { watchAndWaitScenarios } from './scenarios/watch-and-wait.js';

/** Every story, each with a title of its own: it names the namespace. */
export const allKubectlScenarios: readonly KubectlScenario[] = [
  ...applyScenarios,
  ...serverSideApplyScenarios,
  ...getScenarios,
  ...describeScenarios,
  ...editAndPatchScenarios,
  ...deleteScenarios,
  ...createScenarios,
  ...accessScenarios,
  ...watchAndWaitScenarios,
  ...diffAndReplaceScenarios,
  ...discoveryScenarios,
  ...errorScenarios,
];
