import type { ReachedRole, RoleFacts, RoleSettings } from '../../domain/postgres/role-facts.js';
import type { Query } from './postgres-session.js';

const ROLES = `SELECT rolname AS name, rolconnlimit AS "connectionLimit",
  rolvaliduntil::text AS "validUntil" FROM pg_catalog.pg_roles WHERE rolname = ANY ($1)`;

const REACH = `SELECT u.rolname AS role, m.rolname AS name,
  m.rolsuper OR m.rolcreaterole OR m.rolreplication OR m.rolbypassrls AS "isPowerful",
  pg_catalog.pg_has_role(u.oid, m.oid, 'USAGE')
    AND pg_catalog.pg_has_role(u.oid, m.oid, $2) AS "isUsable"
  FROM pg_catalog.pg_roles u JOIN pg_catalog.pg_roles m
    ON pg_catalog.pg_has_role(u.oid, m.oid, 'MEMBER')
  WHERE u.rolname = ANY ($1)`;

const SETTINGS = `SELECT r.rolname AS role, d.datname AS database, s.setconfig AS entries
  FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
  LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase WHERE r.rolname = ANY ($1)`;

const SERVER = `SELECT current_setting('server_version_num')::int AS version,
  session_user AS "sessionUser", current_user AS "currentUser"`;

/** Since this version, a membership may lack the right to `SET ROLE`. */
const SET_OPTION_VERSION = 160_000;

export interface ServerFacts {
  /** `server_version_num`. */
  readonly version: number;
  /** Roles of the admin: the login role, and the role that the session acts as. */
  readonly admins: readonly string[];
}

export async function readServer(query: Query): Promise<ServerFacts> {
  const rows = (await query(SERVER)) as readonly (Pick<ServerFacts, 'version'> & {
    readonly sessionUser: string;
    readonly currentUser: string;
  })[];
  const [row] = rows;
  return { version: row?.version ?? 0, admins: row ? [row.sessionUser, row.currentUser] : [] };
}

type OfRole<T> = T & { readonly role: string };

/** Returns the server's facts about these roles; unknown roles are left out. */
export async function readRoles(
  query: Query,
  names: readonly string[],
  { version }: ServerFacts,
): Promise<ReadonlyMap<string, RoleFacts>> {
  const setRight = version >= SET_OPTION_VERSION ? 'SET' : 'MEMBER';
  type Known = Pick<RoleFacts, 'name' | 'connectionLimit' | 'validUntil'>;
  const roles = (await query(ROLES, [names])) as readonly Known[];
  const reach = (await query(REACH, [names, setRight])) as readonly OfRole<ReachedRole>[];
  const settings = (await query(SETTINGS, [names])) as readonly OfRole<RoleSettings>[];
  return new Map(
    roles.map((role) => [
      role.name,
      {
        ...role,
        reach: reach.filter((one) => one.role === role.name),
        settings: settings.filter((one) => one.role === role.name),
      },
    ]),
  );
}
