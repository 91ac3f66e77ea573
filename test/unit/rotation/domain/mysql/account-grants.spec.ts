import { describe, expect, it } from 'vitest';
import { readGrants } from '../../../../../src/rotation/domain/mysql/account-grants.js';

describe('the grants of an account', () => {
  it('are those of all lines', () => {
    const grants = readGrants([
      'GRANT `r` TO `a`@`%`',
      'GRANT `s` TO `a`@`%` WITH ADMIN OPTION',
      "GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*1' REQUIRE SSL",
      'GRANT SELECT ON `d`.`t` TO `a`@`%`',
      'GRANT SELECT (`x`), UPDATE (`y`) ON `d`.`t` TO `a`@`%` WITH GRANT OPTION',
      'GRANT PROXY ON `b`@`%` TO `a`@`%`',
      'SET DEFAULT ROLE `r` FOR `a`@`%`',
    ]);
    expect(grants.roles).toEqual(
      new Map([
        ['`r`', false],
        ['`s`', true],
      ]),
    );
    expect(grants.objects.get('`d`.`t`')).toEqual({
      mayGrant: true,
      privileges: new Map([
        ['SELECT', { isWhole: true, columns: new Set(['`x`']) }],
        ['UPDATE', { isWhole: false, columns: new Set(['`y`']) }],
      ]),
    });
    expect(grants.objects.get('*.*')?.privileges.size).toBe(0);
    expect(grants.proxies).toEqual(new Map([['`b`@`%`', false]]));
    expect(grants.defaultRole).toBe('`r`');
    expect(grants.terms).toMatchObject({ identified: 'byPassword', require: 'SSL' });
  });

  it('may be none', () => {
    expect(readGrants([])).toMatchObject({
      objects: new Map(),
      roles: new Map(),
      defaultRole: undefined,
      terms: { identified: 'unnamed', require: 'NONE' },
    });
  });
});
