import { GrantSyntaxError, grantTokens, TokenReader } from './grant-tokens.js';

/** One line of `SHOW GRANTS`; names are as written there, in backticks. */
export type Grant =
  | PrivilegesGrant
  | { readonly kind: 'roles'; readonly roles: readonly string[]; readonly isAdmin: boolean }
  | { readonly kind: 'defaultRole'; readonly role: string }
  | { readonly kind: 'proxy'; readonly account: string; readonly mayGrant: boolean }
  /** MySQL: a restriction of a grant. */
  | { readonly kind: 'restriction' };

export interface PrivilegesGrant {
  readonly kind: 'privileges';
  readonly privileges: readonly Privilege[];
  /** Such as `` `db`.* `` or `` PROCEDURE `db`.`p` ``. */
  readonly object: string;
  readonly mayGrant: boolean;
  readonly terms: AccountTerms;
}

export interface Privilege {
  readonly name: string;
  /** Undefined: the whole object. */
  readonly columns: readonly string[] | undefined;
}

/** Properties of a MariaDB account, in addition to its grants. */
export interface AccountTerms {
  /** Authentication method; `unnamed`: the line does not say. */
  readonly identified: 'byPassword' | 'otherwise' | 'unnamed';
  /** Text after `REQUIRE`. */
  readonly require: string;
  readonly limits: ReadonlyMap<string, string>;
}

/** Parses a line. Throws GrantSyntaxError if it is invalid. */
export function parseGrant(line: string): Grant {
  const tokens = grantTokens(line);
  if (tokens === undefined) throw new GrantSyntaxError();
  const reader = new TokenReader(tokens);
  const grant = readGrant(reader, tokens);
  if (!reader.isAtEnd) throw new GrantSyntaxError();
  return grant;
}

function readGrant(reader: TokenReader, tokens: readonly string[]): Grant {
  if (reader.takeIf('SET', 'DEFAULT', 'ROLE')) {
    const role = readAccount(reader);
    reader.expect('FOR');
    readAccount(reader);
    return { kind: 'defaultRole', role };
  }
  if (reader.takeIf('REVOKE')) {
    reader.takeWhile(() => true);
    return { kind: 'restriction' };
  }
  reader.expect('GRANT');
  if (reader.takeIf('PROXY', 'ON')) {
    const account = readAccount(reader);
    readGrantee(reader);
    return { kind: 'proxy', account, mayGrant: reader.takeIf('WITH', 'GRANT', 'OPTION') };
  }
  return tokens.includes('ON') ? readPrivileges(reader) : readRoles(reader);
}

function readRoles(reader: TokenReader): Grant {
  const roles = [readAccount(reader)];
  while (reader.takeIf(',')) roles.push(readAccount(reader));
  readGrantee(reader);
  return { kind: 'roles', roles, isAdmin: reader.takeIf('WITH', 'ADMIN', 'OPTION') };
}

function readPrivileges(reader: TokenReader): PrivilegesGrant {
  const privileges = [readPrivilege(reader)];
  while (reader.takeIf(',')) privileges.push(readPrivilege(reader));
  reader.expect('ON');
  const object = readObject(reader);
  readGrantee(reader);
  const identified = readIdentified(reader);
  const require = reader.takeIf('REQUIRE') ? reader.takeUntil('WITH').join(' ') : 'NONE';
  const limits = new Map<string, string>();
  let mayGrant = false;
  if (reader.takeIf('WITH')) {
    while (!reader.isAtEnd) {
      if (reader.takeIf('GRANT', 'OPTION')) mayGrant = true;
      else limits.set(readLimitName(reader), reader.take());
    }
  }
  return {
    kind: 'privileges',
    privileges,
    object,
    mayGrant,
    terms: { identified, require, limits },
  };
}

function readPrivilege(reader: TokenReader): Privilege {
  const name = reader.takeUntil(',', '(', 'ON').join(' ');
  if (!/^[A-Z][A-Z_ ]*$/.test(name)) throw new GrantSyntaxError();
  if (!reader.takeIf('(')) return { name, columns: undefined };
  const columns = [readName(reader)];
  while (reader.takeIf(',')) columns.push(readName(reader));
  reader.expect(')');
  return { name, columns };
}

function readObject(reader: TokenReader): string {
  const kind = reader.takeWhile((token) => /^[A-Z]+$/.test(token)).join(' ');
  const schema = reader.takeIf('*') ? '*' : readName(reader);
  reader.expect('.');
  const object = reader.takeIf('*') ? '*' : readName(reader);
  return `${kind === '' ? '' : `${kind} `}${schema}.${object}`;
}

function readLimitName(reader: TokenReader): string {
  const name = reader.take();
  if (!/^MAX_[A-Z_]+$/.test(name)) throw new GrantSyntaxError();
  return name;
}

function readIdentified(reader: TokenReader): AccountTerms['identified'] {
  if (!reader.takeIf('IDENTIFIED')) return 'unnamed';
  const [by, what, , ...more] = reader.takeUntil('REQUIRE', 'WITH');
  return by === 'BY' && what === 'PASSWORD' && more.length === 0 ? 'byPassword' : 'otherwise';
}

function readGrantee(reader: TokenReader): void {
  reader.expect('TO');
  readAccount(reader);
}

/** Reads an account, or a role of MariaDB, which has no host. */
function readAccount(reader: TokenReader): string {
  const name = readName(reader);
  return reader.takeIf('@') ? `${name}@${readName(reader)}` : name;
}

function readName(reader: TokenReader): string {
  const name = reader.take();
  if (!name.startsWith('`')) throw new GrantSyntaxError();
  return name;
}
