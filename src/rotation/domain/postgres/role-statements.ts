import { quoteIdentifier, quoteLiteral } from './quoted.js';
import type { RoleFacts } from './role-facts.js';
import { settingStatements } from './role-settings.js';

/** Since this version, memberships define if rights are inherited and if the role can be set. */
const MEMBERSHIP_OPTIONS_VERSION = 160_000;

/** Returns the statement for another password, with no other change. Null: no password. */
export function passwordStatement(role: string, verifier: string | null): string {
  const password = verifier === null ? 'NULL' : quoteLiteral(verifier);
  return `ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${password}`;
}

export interface LikeChange {
  readonly role: string;
  readonly verifier: string;
  readonly like: RoleFacts;
  /** Undefined: the role is yet to be made. */
  readonly known: RoleFacts | undefined;
  /** `server_version_num`. */
  readonly version: number;
}

/**
 * Returns statements that create a role with its own login name and password, as a member of the
 * first role. Its sessions begin with `SET ROLE` to the first role. So both have equal rights at
 * all times, and the first role owns all objects that either creates. Copies settings, connection
 * limit and end of validity. A second execution changes nothing.
 */
export function likeStatements(change: LikeChange): readonly string[] {
  const { role, verifier, like, known } = change;
  const name = quoteIdentifier(role);
  return [
    `${known === undefined ? 'CREATE' : 'ALTER'} ROLE ${name}` +
      `${known === undefined ? ' LOGIN' : ''} INHERIT PASSWORD ${quoteLiteral(verifier)}` +
      ` CONNECTION LIMIT ${like.connectionLimit}` +
      ` VALID UNTIL ${quoteLiteral(like.validUntil ?? 'infinity')}`,
    ...membershipStatements(change),
    ...settingStatements(role, known?.settings ?? [], sessionsAs(like)),
  ];
}

function membershipStatements({ role, like, known, version }: LikeChange): readonly string[] {
  const isMember = known?.reach.some(({ name, isUsable }) => name === like.name && isUsable);
  if (isMember === true) return [];
  const options = version >= MEMBERSHIP_OPTIONS_VERSION ? ' WITH INHERIT TRUE, SET TRUE' : '';
  return [`GRANT ${quoteIdentifier(like.name)} TO ${quoteIdentifier(role)}${options}`];
}

/** Returns the first role's settings; its sessions may already act as another role. */
function sessionsAs(like: RoleFacts): RoleFacts['settings'] {
  const everywhere = like.settings.find(({ database }) => database === null)?.entries ?? [];
  const others = like.settings.filter(({ database }) => database !== null);
  const isSet = everywhere.some((entry) => entry.startsWith('role='));
  const entries = isSet ? everywhere : [...everywhere, `role=${like.name}`];
  return [{ database: null, entries }, ...others];
}
