import type { AccountGrants, ObjectGrants } from './account-grants.js';
import { type Account, quoteAccount } from './quoted.js';

/** Limits of an account in MariaDB; 0: no limit. */
const limitNames = [
  'MAX_QUERIES_PER_HOUR',
  'MAX_UPDATES_PER_HOUR',
  'MAX_CONNECTIONS_PER_HOUR',
  'MAX_USER_CONNECTIONS',
  'MAX_STATEMENT_TIME',
] as const;

const EVERYTHING = 'ALL PRIVILEGES';
const none: ObjectGrants = { privileges: new Map(), mayGrant: false };

/**
 * Returns the statements that give an account exactly the grants and terms of another account.
 * Excess grants are revoked, missing grants added. If both are equal, there are no statements.
 */
export function grantPlan(
  account: Account,
  has: AccountGrants,
  shall: AccountGrants,
): readonly string[] {
  const name = quoteAccount(account);
  const objects = new Set([...has.objects.keys(), ...shall.objects.keys()]);
  return [
    ...[...objects].flatMap((object) =>
      objectPlan(`ON ${object}`, name, {
        has: has.objects.get(object) ?? none,
        shall: shall.objects.get(object) ?? none,
      }),
    ),
    ...passedPlan(has.roles, shall.roles, {
      give: (role, mayPass) => `GRANT ${role} TO ${name}${mayPass ? ' WITH ADMIN OPTION' : ''}`,
      take: (role) => `REVOKE ${role} FROM ${name}`,
    }),
    ...passedPlan(has.proxies, shall.proxies, {
      give: (other, mayPass) =>
        `GRANT PROXY ON ${other} TO ${name}${mayPass ? ' WITH GRANT OPTION' : ''}`,
      take: (other) => `REVOKE PROXY ON ${other} FROM ${name}`,
    }),
    ...(has.defaultRole === shall.defaultRole
      ? []
      : [`SET DEFAULT ROLE ${shall.defaultRole ?? 'NONE'} FOR ${name}`]),
    ...termsPlan(name, has.terms, shall.terms),
  ];
}

interface Change<T> {
  readonly has: T;
  readonly shall: T;
}

function objectPlan(
  on: string,
  name: string,
  { has, shall }: Change<ObjectGrants>,
): readonly string[] {
  const beyond = minus(has, shall);
  const lacking = beyond.length === 0 ? minus(shall, has) : privilegesOf(shall);
  const losesPassing = has.mayGrant && !shall.mayGrant;
  const getsPassing = shall.mayGrant && !has.mayGrant;
  const given = lacking.length === 0 && getsPassing ? ['USAGE'] : lacking;
  const passing = shall.mayGrant ? ' WITH GRANT OPTION' : '';
  return [
    ...(beyond.length > 0 ? [`REVOKE ${beyond.join(', ')} ${on} FROM ${name}`] : []),
    ...(losesPassing ? [`REVOKE GRANT OPTION ${on} FROM ${name}`] : []),
    ...(given.length > 0 ? [`GRANT ${given.join(', ')} ${on} TO ${name}${passing}`] : []),
  ];
}

function privilegesOf(grants: ObjectGrants): readonly string[] {
  return minus(grants, none);
}

/** Returns the privileges of the first account that the other account lacks. */
function minus(one: ObjectGrants, other: ObjectGrants): readonly string[] {
  if (other.privileges.has(EVERYTHING)) return [];
  return [...one.privileges].flatMap(([privilege, { isWhole, columns }]) => {
    const known = other.privileges.get(privilege);
    const whole = isWhole && known?.isWhole !== true ? [privilege] : [];
    const left = [...columns].filter((column) => known?.columns.has(column) !== true);
    return left.length === 0 ? whole : [...whole, `${privilege} (${left.join(', ')})`];
  });
}

function passedPlan(
  has: ReadonlyMap<string, boolean>,
  shall: ReadonlyMap<string, boolean>,
  words: {
    readonly give: (what: string, mayPass: boolean) => string;
    readonly take: (what: string) => string;
  },
): readonly string[] {
  // A grant option can only be revoked with its privilege, which is then granted again.
  const isTaken = (what: string): boolean =>
    !shall.has(what) || (has.get(what) === true && shall.get(what) === false);
  const taken = [...has.keys()].filter(isTaken);
  const given = [...shall].filter(
    ([what, mayPass]) => has.get(what) !== mayPass || taken.includes(what),
  );
  return [
    ...taken.map((what) => words.take(what)),
    ...given.map(([what, mayPass]) => words.give(what, mayPass)),
  ];
}

function termsPlan(
  name: string,
  has: AccountGrants['terms'],
  shall: AccountGrants['terms'],
): readonly string[] {
  const [from, to] = [has, shall].map(
    ({ require, limits }) =>
      `REQUIRE ${require} WITH ` +
      limitNames.map((limit) => `${limit} ${limits.get(limit) ?? '0'}`).join(' '),
  );
  return from === to ? [] : [`ALTER USER ${name} ${to}`];
}
