import { expect, it } from 'vitest';
import {
  roleProblem,
  type RoleRights,
} from '../../../../../src/platform/storage/postgres/check-role.js';

const good: RoleRights = {
  name: 'gateway',
  is_superuser: false,
  may_create_roles: false,
  may_create_databases: false,
  may_replicate: false,
  owns_tables: false,
  may_create_temporary: false,
  may_create_schemas: false,
  creatable: [],
  groups: [],
  path: ['public'],
  schema: 'public',
};

it.each<[Partial<RoleRights>, string | undefined]>([
  [{}, undefined],
  [{ path: [] }, undefined],
  [{ path: ['sallyport'], schema: 'sallyport' }, undefined],
  // Who may do all has each single right as well.
  [{ is_superuser: true, owns_tables: true, creatable: ['public'] }, 'it is a superuser'],
  [{ owns_tables: true }, 'it owns the tables'],
  [{ may_create_roles: true }, 'it may create roles'],
  [{ may_create_databases: true }, 'it may create databases'],
  [{ may_replicate: true }, 'it may replicate'],
  [{ may_create_temporary: true }, 'it may create temporary tables'],
  [{ may_create_schemas: true }, 'it may create schemas'],
  [{ creatable: ['a', 'public'] }, 'it may create tables in a, public'],
  [{ groups: ['sallyport_owner'] }, 'it is a member of sallyport_owner'],
  [{ path: ['evil', 'public'] }, 'search_path names evil too'],
  [{ may_replicate: true, groups: ['a', 'b'] }, 'it may replicate; it is a member of a, b'],
])('of a role with %j the problem is: %s', (rights, problem) => {
  const sentence =
    problem &&
    `the role gateway has more rights than a gateway needs: ${problem}. ` +
      'Apply deploy/postgres/roles.sql, and use the role sallyport_runtime';
  expect(roleProblem({ ...good, ...rights })).toBe(sentence);
});
