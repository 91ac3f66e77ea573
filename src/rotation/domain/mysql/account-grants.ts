import { type AccountTerms, type Grant, parseGrant, type PrivilegesGrant } from './parse-grant.js';

/** All that an account, or a role, was given. */
export interface AccountGrants {
  readonly objects: ReadonlyMap<string, ObjectGrants>;
  /** Roles, and whether they may be passed on. */
  readonly roles: ReadonlyMap<string, boolean>;
  readonly defaultRole: string | undefined;
  /** Accounts that it may act as, and whether that may be passed on. */
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

/** Reads the lines of `SHOW GRANTS`. Throws GrantSyntaxError where one is not understood. */
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

/** They stand in the line of what holds everywhere. */
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
