import type { KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { numberAt, objectAt, valueAt } from '../../table/columns/object-fields.js';
import { invalidValue } from '../field-errors.js';

/** https://kubernetes.io/docs/concepts/architecture/leases/ */
export const leaseStrategy: Strategy = {
  canCreateOnUpdate: true,
  requiresRevision: true,
  prepareForCreate: prepare,
  prepareForUpdate: prepare,
  validate: (lease) => {
    const seconds = numberAt(lease, 'spec', 'leaseDurationSeconds');
    const transitions = numberAt(lease, 'spec', 'leaseTransitions');
    const hasSeconds = typeof valueAt(lease, 'spec', 'leaseDurationSeconds') === 'number';
    const causes = [];
    if (hasSeconds && seconds <= 0) {
      const field = 'spec.leaseDurationSeconds';
      causes.push(invalidValue(field, seconds, 'must be greater than 0'));
    }
    if (transitions < 0) {
      const detail = 'must be greater than or equal to 0';
      causes.push(invalidValue('spec.leaseTransitions', transitions, detail));
    }
    return causes;
  },
};

/** Coordinated leader election is off by default; the API server then drops its members. */
function prepare(lease: KubeObject): void {
  const { strategy: _strategy, preferredHolder: _holder, ...spec } = objectAt(lease, 'spec') ?? {};
  lease['spec'] = spec;
}
