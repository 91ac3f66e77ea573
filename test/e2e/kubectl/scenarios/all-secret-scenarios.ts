import { allKubectlScenarios } from '../../../conformance/kubectl/all-kubectl-scenarios.js';
import type { KubectlScenario } from '../../../conformance/kubectl/kubectl-scenario.js';
import { deletingScenarios } from './deleting.js';
import { objectScenarios } from './objects.js';
import { readingScenarios } from './reading.js';
import { serverScenarios } from './server.js';
import { watchingScenarios } from './watching.js';
import { writingScenarios } from './writing.js';

/** Stories told to the sandbox and the API server that are about nothing but Secrets. */
const alsoTold = ['apply of one object', 'create secret'].map((title) => {
  const told = allKubectlScenarios.find((scenario) => scenario.title === title);
  if (told === undefined) throw new Error(`there is no scenario ${title}`);
  return told;
});

/** Every story about Secrets, each with a title of its own: it names the namespace. */
export const allSecretScenarios: readonly KubectlScenario[] = [
  ...alsoTold,
  ...readingScenarios,
  ...watchingScenarios,
  ...writingScenarios,
  ...deletingScenarios,
  ...objectScenarios,
  ...serverScenarios,
];
