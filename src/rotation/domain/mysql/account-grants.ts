import { type AccountTerms, type Grant, parseGrant, type PrivilegesGrant } from './parse-grant.js';

/** All grants of an account or a role. */
export interface AccountGrants {
  readonly objects: ReadonlyMap<string, ObjectGrants>;
  /** Roles, and whether they may be granted to others. */
  readonly roles: ReadonlyMap<string, boolean>;
  readonly defaultRole: string | undefined;
  /** Accounts that it may act as, and whether it may grant this to others. */
  readonly proxies: ReadonlyMap<string, boolean>;
  readonly terms: AccountTerms;
}

export interface ObjectGrants {
  readonly privileges: ReadonlyMap<string, PrivilegeExtent>;
  readonly mayGrant: boolean;
}

export interface PrivilegeExtent {
  readonly isWhole: boolean;
  readonly columns: ReadonlySet<string>;
}

const noTerms: AccountTerms = { identified: 'unnamed', require: 'NONE', limits: new Map() };
const nothing: ObjectGrants = { privileges: new Map(), mayGrant: false };

/** Reads the lines of `SHOW GRANTS`. Throws GrantSyntaxError if one is not understood. */
export function readGrants(lines: readonly string[]): AccountGrants {
  const grants = lines.map(parseGrant);
  const objects = new Map<string, ObjectGrants>();
  for (const grant of ofKind(grants, 'privileges')) {
    objects.set(grant.object, merge(objects.get(grant.object) ?? nothing, grant));
  }
  const roles = ofKind(grants, 'roles').flatMap((grant) =>
    grant.roles.map((role) => [role, grant.isAdmin] as const),
  );
  return {
    objects,
    roles: new Map(roles),
    defaultRole: ofKind(grants, 'defaultRole')[0]?.role,
    proxies: new Map(ofKind(grants, 'proxy').map((one) => [one.account, one.mayGrant])),
    terms: objects.has('*.*') ? termsOf(grants) : noTerms,
  };
}

function ofKind<K extends Grant['kind']>(
  grants: readonly Grant[],
  kind: K,
): readonly Extract<Grant, { kind: K }>[] {
  return grants.filter((grant): grant is Extract<Grant, { kind: K }> => grant.kind === kind);
}

/** Returns the terms, which are in the line of the global grants. */
function termsOf(grants: readonly Grant[]): AccountTerms {
  const everywhere = ofKind(grants, 'privileges').find(({ object }) => object === '*.*');
  return everywhere?.terms ?? noTerms;
}

function merge(known: ObjectGrants, grant: PrivilegesGrant): ObjectGrants {
  const privileges = new Map(known.privileges);
  for (const { name, columns } of grant.privileges) {
    if (name === 'USAGE') continue;
    const extent = privileges.get(name) ?? { isWhole: false, columns: new Set() };
    privileges.set(name, {
      isWhole: extent.isWhole || columns === undefined,
      columns: new Set([...extent.columns, ...(columns ?? [])]),
    });
  }
  return { privileges, mayGrant: known.mayGrant || grant.mayGrant };
}
