import { ApiStatusError, type StatusCause } from '../model/api-status.js';
import { type KubeObject, nameOf } from '../model/kube-object.js';
import type { Strategy } from '../model/resource-definition.js';
import type { AdmissionDenial, AdmissionPlugin } from './admission-plugin.js';

/** Returns a strategy that also applies the rules and policies of a plug-in. */
export function pluginStrategy(strategy: Strategy, plugin: AdmissionPlugin): Strategy {
  const withRules = (
    object: KubeObject,
    causes: readonly StatusCause[] = [],
    old?: KubeObject,
  ): readonly StatusCause[] => [...causes, ...(plugin.rules?.(object, causes, old) ?? [])];
  return {
    ...strategy,
    validate: (object, old) => withRules(object, strategy.validate?.(object, old), old),
    validateStatus: (object) => withRules(object, strategy.validateStatus?.(object)),
    applyMutatingPolicy: (object, old, context) => plugin.mutate?.(object, old, context),
    applyValidatingPolicy: (object, old, context) => {
      const denial = plugin.deny?.(object, old, context);
      if (denial !== undefined) throw denied(object, plugin, denial);
    },
  };
}

/** Returns the API server's denial for a policy and a binding with one name. */
function denied(
  object: KubeObject,
  { group, resource }: AdmissionPlugin,
  { policy, message: why }: AdmissionDenial,
): ApiStatusError {
  const by = `ValidatingAdmissionPolicy '${policy}' with binding '${policy}'`;
  const message = `${by} denied request: ${why}`;
  const name = nameOf(object);
  const text = `${resource}.${group} "${name}" is forbidden: ${message}`;
  return new ApiStatusError(403, 'Forbidden', text, {
    name,
    group,
    kind: resource,
    causes: [{ reason: '', message, field: '' }],
  });
}
