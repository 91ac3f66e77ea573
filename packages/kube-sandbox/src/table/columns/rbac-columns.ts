import type { KubeObject } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { ageColumn, column, defaultColumns, nameColumn, wide } from './column.js';
import { objectsAt, textAt } from './object-fields.js';

export const roleColumns: readonly Column[] = defaultColumns;
export const clusterRoleColumns: readonly Column[] = defaultColumns;

function subjects(object: KubeObject, kind: string): string {
  const found = objectsAt(object, 'subjects').filter((subject) => textAt(subject, 'kind') === kind);
  const names = found.map((subject) => {
    const name = textAt(subject, 'name');
    return kind === 'ServiceAccount' ? `${textAt(subject, 'namespace')}/${name}` : name;
  });
  return names.join(', ');
}

export const roleBindingColumns: readonly Column[] = [
  nameColumn,
  column('Role', 'What is granted', (object) => {
    return `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`;
  }),
  ageColumn,
  wide('Users', 'Users that hold the role', (object) => subjects(object, 'User')),
  wide('Groups', 'Groups that hold the role', (object) => subjects(object, 'Group')),
  wide('ServiceAccounts', 'ServiceAccounts that hold the role', (object) =>
    subjects(object, 'ServiceAccount'),
  ),
];

export const clusterRoleBindingColumns: readonly Column[] = roleBindingColumns;
