import type { StatusCause } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import type { Strategy } from '../model/resource-definition.js';
import { stampAuthor } from './rotation-author.js';
import { refuseWithoutRights } from './rotation-rights.js';
import { rotationCauses } from './rotation-rules.js';

/** SecretRotations as the rules and policies of `deploy` want them, which are in CEL there. */
export function rotationStrategy(strategy: Strategy): Strategy {
  const withRules = (rotation: KubeObject, causes: readonly StatusCause[] = []) => [
    ...causes,
    ...rotationCauses(rotation, causes),
  ];
  return {
    ...strategy,
    validate: (rotation) => withRules(rotation, strategy.validate?.(rotation)),
    validateStatus: (rotation) => withRules(rotation, strategy.validateStatus?.(rotation)),
    applyMutatingPolicy: stampAuthor,
    applyValidatingPolicy: refuseWithoutRights,
  };
}

/** Whether a definition is that of SecretRotations. */
export function isRotation(definition: {
  readonly group: string;
  readonly resource: string;
}): boolean {
  return definition.group === 'sallyport.dev' && definition.resource === 'secretrotations';
}
