import type { KubeObject } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { column, createdAtColumn, nameColumn, wide } from './column.js';
import { objectsAt, textAt, textsAt } from './object-fields.js';

function servedVersions(definition: KubeObject): string {
  const served = objectsAt(definition, 'spec', 'versions').filter(({ served }) => served === true);
  const labels = served.map((version) => {
    return textAt(version, 'name') + (version['storage'] === true ? '(storage)' : '');
  });
  return labels.toSorted().join(',');
}

function isEstablished(definition: KubeObject): boolean {
  return objectsAt(definition, 'status', 'conditions').some(
    (condition) =>
      textAt(condition, 'type') === 'Established' && textAt(condition, 'status') === 'True',
  );
}

export const customResourceDefinitionColumns: readonly Column[] = [
  nameColumn,
  column('Scope', 'Cluster or Namespaced', (object) => textAt(object, 'spec', 'scope')),
  column('Versions', 'Served versions', servedVersions),
  createdAtColumn,
  wide('Group', 'API group', (object) => textAt(object, 'spec', 'group')),
  wide('Kind', 'Kind of the custom resources', (object) => textAt(object, 'spec', 'names', 'kind')),
  wide('ShortNames', 'Short names', (object) =>
    textsAt(object, 'spec', 'names', 'shortNames').join(','),
  ),
  { ...wide('Established', 'Whether it is served', isEstablished), type: 'boolean' },
];
