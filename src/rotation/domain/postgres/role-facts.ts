/** What a server says of a role that a spec names. */
export interface RoleFacts {
  readonly name: string;
  /** Sessions at once; -1: any number. */
  readonly connectionLimit: number;
  /** When its password ends, as the server writes it; null: never. */
  readonly validUntil: string | null;
  /** All roles whose rights it has or can take, itself among them. */
  readonly reach: readonly ReachedRole[];
  readonly settings: readonly RoleSettings[];
}

export interface ReachedRole {
  readonly name: string;
  /** Superuser, or may make roles, replicate, or pass row-level security. */
  readonly isPowerful: boolean;
  /** Its rights count at once, and sessions can act as it. */
  readonly isUsable: boolean;
}

/** `ALTER ROLE … SET`. */
export interface RoleSettings {
  /** Null: in every database. */
  readonly database: string | null;
  /** `name=value`, as `pg_db_role_setting` has them. */
  readonly entries: readonly string[];
}

/** Predefined roles that show how the server fares, or cost it little. */
const harmless: ReadonlySet<string> = new Set([
  'pg_checkpoint',
  'pg_database_owner',
  'pg_monitor',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_stat_scan_tables',
  'pg_use_reserved_connections',
]);

/** What clouds give their customers in place of a superuser. */
const ofClouds = /^(rds|rdsadmin|cloudsql|alloydb|azure)(_|superuser|admin|$)/;

/**
 * Whether a role is too much to be rotated unless its spec says so: it, or a role that it is a
 * member of, is powerful, predefined with rights over the whole server, or the admin.
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
