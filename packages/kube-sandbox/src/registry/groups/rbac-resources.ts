import {
  clusterRoleBindingColumns,
  clusterRoleColumns,
  roleBindingColumns,
  roleColumns,
} from '../../table/columns/rbac-columns.js';
import type { BuiltInResource } from '../built-in-resource.js';
import { clusterRoleBindingStrategy, roleBindingStrategy } from '../kinds/role-bindings.js';
import { clusterRoleStrategy, roleStrategy } from '../kinds/roles.js';

const group = 'rbac.authorization.k8s.io';

export const rbacResources: readonly BuiltInResource[] = [
  {
    group,
    resource: 'roles',
    kind: 'Role',
    isNamespaced: true,
    columns: roleColumns,
    strategy: roleStrategy,
  },
  {
    group,
    resource: 'rolebindings',
    kind: 'RoleBinding',
    isNamespaced: true,
    columns: roleBindingColumns,
    strategy: roleBindingStrategy,
  },
  {
    group,
    resource: 'clusterroles',
    kind: 'ClusterRole',
    isNamespaced: false,
    columns: clusterRoleColumns,
    strategy: clusterRoleStrategy,
  },
  {
    group,
    resource: 'clusterrolebindings',
    kind: 'ClusterRoleBinding',
    isNamespaced: false,
    columns: clusterRoleBindingColumns,
    strategy: clusterRoleBindingStrategy,
  },
];
