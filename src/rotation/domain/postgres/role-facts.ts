/** Facts that a server returns about a role in a spec. */
export interface RoleFacts {
  readonly name: string;
  /** Maximum number of concurrent sessions; -1: any number. */
  readonly connectionLimit: number;
  /** End of its password, as the server writes it; null: never. */
  readonly validUntil: string | null;
  /** All roles whose rights it has or can take, including itself. */
  readonly reach: readonly ReachedRole[];
  readonly settings: readonly RoleSettings[];
}

export interface ReachedRole {
  readonly name: string;
  /** Superuser, or may create roles, replicate, or bypass row-level security. */
  readonly isPowerful: boolean;
  /** Its rights apply immediately, and sessions can act as it. */
  readonly isUsable: boolean;
}

/** `ALTER ROLE … SET`. */
export interface RoleSettings {
  /** Null: in every database. */
  readonly database: string | null;
  /** `name=value`, as `pg_db_role_setting` has them. */
  readonly entries: readonly string[];
}

/** Predefined roles that show server state, or cost the server little. */
const harmless: ReadonlySet<string> = new Set([
  'pg_checkpoint',
  'pg_database_owner',
  'pg_monitor',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_stat_scan_tables',
  'pg_use_reserved_connections',
]);

/** Names of roles that cloud providers grant instead of a superuser. */
const ofClouds = /^(rds|rdsadmin|cloudsql|alloydb|azure)(_|superuser|admin|$)/;

/**
 * Reports whether a role may be rotated only if its spec allows it. The role, or a role that it is
 * a member of, is powerful, predefined with rights over the whole server, or the admin.
 */
export function isPrivilegedRole(
  { reach }: Pick<RoleFacts, 'reach'>,
  admins: readonly string[],
): boolean {
  return reach.some(
    ({ name, isPowerful }) =>
      isPowerful ||
      admins.includes(name) ||
      ofClouds.test(name) ||
      (name.startsWith('pg_') && !harmless.has(name)),
  );
}
