import type { ClientBase } from 'pg';

/** Rights of a role that no gateway needs. */
export interface RoleRights {
  readonly name: string;
  readonly is_superuser: boolean;
  readonly may_create_roles: boolean;
  readonly may_create_databases: boolean;
  readonly may_replicate: boolean;
  readonly owns_tables: boolean;
  readonly may_create_temporary: boolean;
  readonly may_create_schemas: boolean;
  /** Schemas in which the role may create tables and functions. */
  readonly creatable: readonly string[];
  /** Roles that the role is a member of. */
  readonly groups: readonly string[];
  /** Schemas that are searched for unqualified names, and the schema of the tables. */
  readonly path: readonly string[];
  readonly schema: string;
}

const QUESTION = `SELECT r.rolname AS name, r.rolsuper AS is_superuser,
    r.rolcreaterole AS may_create_roles, r.rolcreatedb AS may_create_databases,
    r.rolreplication AS may_replicate,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owns_tables,
    pg_catalog.has_database_privilege(d.oid, 'TEMPORARY') AS may_create_temporary,
    pg_catalog.has_database_privilege(d.oid, 'CREATE') AS may_create_schemas,
    ARRAY(SELECT s.nspname::text FROM pg_catalog.pg_namespace s WHERE s.nspname !~ '^pg_'
      AND pg_catalog.has_schema_privilege(s.oid, 'CREATE') ORDER BY 1) AS creatable,
    ARRAY(SELECT g.rolname::text FROM pg_catalog.pg_auth_members m
      JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid ORDER BY 1) AS groups,
    pg_catalog.current_schemas(false)::text[] AS path, n.nspname::text AS schema
  FROM pg_catalog.pg_roles r, pg_catalog.pg_database d, pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE r.rolname = CURRENT_USER AND d.datname = pg_catalog.current_database()
    AND c.oid = pg_catalog.to_regclass('audit_entries')`;

/** Returns the rights of the role beyond what a gateway needs; undefined if there are none. */
export async function checkRole(client: ClientBase, server: string): Promise<string | undefined> {
  const { rows } = await client.query<RoleRights>(QUESTION);
  const problem = rows[0] && roleProblem(rows[0]);
  return problem === undefined ? undefined : `the database ${server}: ${problem}`;
}

/** Returns the problem of a role, as a sentence for operators; undefined if there is none. */
export function roleProblem(rights: RoleRights): string | undefined {
  const found = problems(rights);
  if (found.length === 0) return undefined;
  return (
    `the role ${rights.name} has more rights than a gateway needs: ${found.join('; ')}. ` +
    'Apply deploy/postgres/roles.sql, and use the role sallyport_runtime'
  );
}

function problems(rights: RoleRights): readonly string[] {
  const { creatable, groups, path, schema } = rights;
  const others = path.filter((name) => name !== schema);
  const isOtherPath = others.length > 0;
  const pathProblem = isOtherPath ? [`search_path names ${others.join(', ')} too`] : [];
  // A superuser has all other rights.
  if (rights.is_superuser) return ['it is a superuser', ...pathProblem];
  return [
    ...(rights.owns_tables ? ['it owns the tables'] : []),
    ...(rights.may_create_roles ? ['it may create roles'] : []),
    ...(rights.may_create_databases ? ['it may create databases'] : []),
    ...(rights.may_replicate ? ['it may replicate'] : []),
    ...(rights.may_create_temporary ? ['it may create temporary tables'] : []),
    ...(rights.may_create_schemas ? ['it may create schemas'] : []),
    ...(creatable.length > 0 ? [`it may create tables in ${creatable.join(', ')}`] : []),
    ...(groups.length > 0 ? [`it is a member of ${groups.join(', ')}`] : []),
    ...pathProblem,
  ];
}
