import type { KubeObject } from '../../model/kube-object.js';
import { nameOf } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { textsAt } from '../../table/columns/object-fields.js';
import { invalidValue } from '../field-errors.js';
import { qualifiedNameComplaints } from '../name-rules.js';
import { unknownFinalizerCauses } from '../validate-metadata.js';

const nameLabel = 'kubernetes.io/metadata.name';

/** Strategy of namespaces; the verbs handle the two steps of a deletion. */
export const namespaceStrategy: Strategy = {
  nameRule: 'label',
  returnsDeleted: true,
  prepareForCreate: labelWithName,
  prepareForUpdate: labelWithName,
  completeForCreate: (namespace) => {
    const finalizers = new Set(textsAt(namespace, 'spec', 'finalizers')).add('kubernetes');
    namespace['spec'] = { finalizers: [...finalizers] };
    namespace['status'] = { phase: 'Active' };
  },
  completeForUpdate: (namespace, old) => {
    namespace['spec'] = old['spec'];
    namespace['status'] = old['status'];
  },
  validate: (namespace) => {
    const field = 'spec.finalizers';
    return textsAt(namespace, 'spec', 'finalizers').flatMap((finalizer) => [
      ...qualifiedNameComplaints(finalizer).map((it) => invalidValue(field, finalizer, it)),
      ...unknownFinalizerCauses(finalizer, field),
    ]);
  },
  // A generated name is not known before admission.
  admit: labelWithName,
};

function labelWithName(namespace: KubeObject): void {
  const name = nameOf(namespace);
  if (name === '') return;
  namespace.metadata.labels = { ...namespace.metadata.labels, [nameLabel]: name };
}
