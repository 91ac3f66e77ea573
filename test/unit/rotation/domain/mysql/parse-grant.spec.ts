import { describe, expect, it } from 'vitest';
import { GrantSyntaxError } from '../../../../../src/rotation/domain/mysql/grant-tokens.js';
import { parseGrant } from '../../../../../src/rotation/domain/mysql/parse-grant.js';

const HASH = '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19';
const whole = (name: string) => ({ name, columns: undefined });
const noTerms = { identified: 'unnamed', require: 'NONE', limits: new Map() };

function privileges(object: string, names: readonly string[], more: object = {}) {
  const grant = { kind: 'privileges', object, mayGrant: false, terms: noTerms };
  return { ...grant, privileges: names.map(whole), ...more };
}

describe('a line of SHOW GRANTS', () => {
  it.each([
    ['GRANT USAGE ON *.* TO `a`@`%`', privileges('*.*', ['USAGE'])],
    [
      'GRANT SELECT, CREATE TEMPORARY TABLES ON `d`.* TO `a`@`10.%`',
      privileges('`d`.*', ['SELECT', 'CREATE TEMPORARY TABLES']),
    ],
    [
      'GRANT ALL PRIVILEGES ON `d\\_1%`.* TO `a`@`%` WITH GRANT OPTION',
      privileges('`d\\_1%`.*', ['ALL PRIVILEGES'], { mayGrant: true }),
    ],
    ['GRANT SELECT ON `d``1`.`t``2` TO `a`@`%`', privileges('`d``1`.`t``2`', ['SELECT'])],
    [
      'GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `d`.`p` TO `a`@`%`',
      privileges('PROCEDURE `d`.`p`', ['EXECUTE', 'ALTER ROUTINE']),
    ],
    [
      'GRANT EXECUTE ON PACKAGE BODY `d`.`p` TO `a`@`%`',
      privileges('PACKAGE BODY `d`.`p`', ['EXECUTE']),
    ],
    [
      'GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `a`@`%`',
      privileges('*.*', ['BACKUP_ADMIN', 'XA_RECOVER_ADMIN']),
    ],
    ['GRANT USAGE ON *.* TO `a role`', privileges('*.*', ['USAGE'])],
  ])('gives privileges: %s', (line, expected) => {
    expect(parseGrant(line)).toEqual(expected);
  });

  it('gives privileges of columns', () => {
    const line = 'GRANT SELECT, SELECT (`a`, `b``c`), UPDATE (`a`) ON `d`.`t` TO `a`@`%`';
    expect(parseGrant(line)).toMatchObject({
      privileges: [
        whole('SELECT'),
        { name: 'SELECT', columns: ['`a`', '`b``c`'] },
        { name: 'UPDATE', columns: ['`a`'] },
      ],
    });
  });

  it.each([
    [`IDENTIFIED BY PASSWORD '${HASH}'`, { identified: 'byPassword' }],
    [`IDENTIFIED VIA ed25519 USING 'Gv2J/8+Q' OR unix_socket`, { identified: 'otherwise' }],
    [`IDENTIFIED VIA unix_socket`, { identified: 'otherwise' }],
    [`IDENTIFIED VIA mysql_native_password USING 'invalid'`, { identified: 'otherwise' }],
    [`IDENTIFIED BY PASSWORD '${HASH}' REQUIRE SSL`, { require: 'SSL', identified: 'byPassword' }],
    [
      `REQUIRE ISSUER '/C=FI/O=it''s' SUBJECT '/CN=a WITH b' CIPHER 'x'`,
      { require: `ISSUER '/C=FI/O=it''s' SUBJECT '/CN=a WITH b' CIPHER 'x'` },
    ],
    [
      `REQUIRE X509 WITH GRANT OPTION MAX_QUERIES_PER_HOUR 7 MAX_STATEMENT_TIME 1.500000`,
      {
        require: 'X509',
        limits: new Map([
          ['MAX_QUERIES_PER_HOUR', '7'],
          ['MAX_STATEMENT_TIME', '1.500000'],
        ]),
      },
    ],
  ])('says how the account logs in: %s', (tail, terms) => {
    expect(parseGrant(`GRANT USAGE ON *.* TO \`a\`@\`%\` ${tail}`)).toEqual(
      privileges('*.*', ['USAGE'], {
        terms: { ...noTerms, ...terms },
        mayGrant: tail.includes('GRANT OPTION'),
      }),
    );
  });

  it.each([
    ['GRANT `r` TO `a`@`%`', { kind: 'roles', roles: ['`r`'], isAdmin: false }],
    [
      'GRANT `r`@`%`,`s`@`%` TO `a`@`%` WITH ADMIN OPTION',
      { kind: 'roles', roles: ['`r`@`%`', '`s`@`%`'], isAdmin: true },
    ],
    ['GRANT `ON` TO `TO`@`%`', { kind: 'roles', roles: ['`ON`'], isAdmin: false }],
    ['SET DEFAULT ROLE `r` FOR `a`@`%`', { kind: 'defaultRole', role: '`r`' }],
    [
      'GRANT PROXY ON `b`@`%` TO `a`@`%` WITH GRANT OPTION',
      { kind: 'proxy', account: '`b`@`%`', mayGrant: true },
    ],
    ['REVOKE INSERT ON `mysql`.* FROM `a`@`%`', { kind: 'restriction' }],
  ])('gives other things: %s', (line, expected) => {
    expect(parseGrant(line)).toEqual(expected);
  });

  it.each([
    '',
    'GRANT',
    'GRANT SELECT',
    'GRANT SELECT ON `d`.*',
    'GRANT SELECT ON d.* TO `a`@`%`',
    'GRANT SELECT ON `d` TO `a`@`%`',
    'GRANT SELECT ON `d`.* TO `a`@`%` AND MORE',
    'GRANT SELECT ON `d`.* TO `a`@`%`; DROP USER `x`',
    'GRANT SELECT ON "d".* TO "a"@"%"',
    'GRANT select ON `d`.* TO `a`@`%`',
    'GRANT SELECT (a) ON `d`.`t` TO `a`@`%`',
    'GRANT SELECT ON `d`.* TO `a`@`%` WITH SOMETHING 5',
    'DROP USER `a`@`%`',
  ])('is refused where it is not understood: %j', (line) => {
    expect(() => parseGrant(line)).toThrow(GrantSyntaxError);
  });
});
