import { quoteIdentifier, quoteLiteral } from './quoted.js';
import type { RoleFacts } from './role-facts.js';
import { settingStatements } from './role-settings.js';

/** From this version on a membership says whether its rights are inherited and may be taken. */
const MEMBERSHIP_OPTIONS_VERSION = 160_000;

/** Gives a role another password, and changes nothing else of it. Null: none. */
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
 * Makes a role that logs in under a name and password of its own, and then is the first one:
 * a member of it whose sessions begin with `SET ROLE`. So rights are equal whenever they change,
 * and whatever one of them makes belongs to the first. Settings, limit of connections and end of
 * validity are copied. Run again, it changes nothing.
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

/** The settings of the first role; its sessions may act as yet another one already. */
function sessionsAs(like: RoleFacts): RoleFacts['settings'] {
  const everywhere = like.settings.find(({ database }) => database === null)?.entries ?? [];
  const others = like.settings.filter(({ database }) => database !== null);
  const isSet = everywhere.some((entry) => entry.startsWith('role='));
  const entries = isSet ? everywhere : [...everywhere, `role=${like.name}`];
  return [{ database: null, entries }, ...others];
}
