import { describe, expect, it } from 'vitest';
import { readGrants } from '../../../../../src/rotation/domain/mysql/account-grants.js';
import { grantPlan } from '../../../../../src/rotation/domain/mysql/grant-plan.js';

const second = { user: 'b', host: '%' };
const usage = 'GRANT USAGE ON *.* TO `x`@`%`';

function plan(has: readonly string[], shall: readonly string[]): readonly string[] {
  const [from, to] = [has, shall].map((lines) =>
    readGrants([usage, ...lines.map((line) => line.replace('$', '`x`@`%`'))]),
  );
  if (from === undefined || to === undefined) throw new Error('no grants');
  return grantPlan(second, from, to);
}

describe('what makes the grants of two accounts equal', () => {
  it('is nothing where they are', () => {
    const lines = [
      'GRANT SELECT (`a`), INSERT ON `d`.`t` TO $ WITH GRANT OPTION',
      'GRANT `r` TO $ WITH ADMIN OPTION',
      'SET DEFAULT ROLE `r` FOR $',
    ];
    expect(plan(lines, lines.toReversed())).toEqual([]);
  });

  it.each([
    ['GRANT SELECT, INSERT ON `d`.* TO $', ['GRANT SELECT, INSERT ON `d`.* TO `b`@`%`']],
    [
      'GRANT SELECT, SELECT (`a`) ON `d`.`t` TO $ WITH GRANT OPTION',
      ['GRANT SELECT, SELECT (`a`) ON `d`.`t` TO `b`@`%` WITH GRANT OPTION'],
    ],
    ['GRANT EXECUTE ON FUNCTION `d`.`f` TO $', ['GRANT EXECUTE ON FUNCTION `d`.`f` TO `b`@`%`']],
    ['GRANT `r` TO $ WITH ADMIN OPTION', ['GRANT `r` TO `b`@`%` WITH ADMIN OPTION']],
    ['SET DEFAULT ROLE `r` FOR $', ['SET DEFAULT ROLE `r` FOR `b`@`%`']],
    [
      'GRANT PROXY ON `p`@`%` TO $ WITH GRANT OPTION',
      ['GRANT PROXY ON `p`@`%` TO `b`@`%` WITH GRANT OPTION'],
    ],
  ])('gives what is lacking: %s', (line, statements) => {
    expect(plan([], [line])).toEqual(statements);
  });

  it.each([
    ['GRANT SELECT, INSERT ON `d`.* TO $', ['REVOKE SELECT, INSERT ON `d`.* FROM `b`@`%`']],
    [
      'GRANT SELECT (`a`) ON `d`.`t` TO $ WITH GRANT OPTION',
      [
        'REVOKE SELECT (`a`) ON `d`.`t` FROM `b`@`%`',
        'REVOKE GRANT OPTION ON `d`.`t` FROM `b`@`%`',
      ],
    ],
    ['GRANT `r` TO $', ['REVOKE `r` FROM `b`@`%`']],
    ['SET DEFAULT ROLE `r` FOR $', ['SET DEFAULT ROLE NONE FOR `b`@`%`']],
    ['GRANT PROXY ON `p`@`%` TO $', ['REVOKE PROXY ON `p`@`%` FROM `b`@`%`']],
  ])('takes what is beyond: %s', (line, statements) => {
    expect(plan([line], [])).toEqual(statements);
  });

  it('gives the rest anew where something of an object is taken', () => {
    const has = ['GRANT SELECT, DELETE ON `d`.`t` TO $'];
    expect(plan(has, ['GRANT SELECT (`a`) ON `d`.`t` TO $'])).toEqual([
      'REVOKE SELECT, DELETE ON `d`.`t` FROM `b`@`%`',
      'GRANT SELECT (`a`) ON `d`.`t` TO `b`@`%`',
    ]);
  });

  it('takes all but what is left of all privileges', () => {
    const all = ['GRANT ALL PRIVILEGES ON `d`.* TO $ WITH GRANT OPTION'];
    const some = ['GRANT SELECT ON `d`.* TO $ WITH GRANT OPTION'];
    expect(plan(all, some)).toEqual([
      'REVOKE ALL PRIVILEGES ON `d`.* FROM `b`@`%`',
      'GRANT SELECT ON `d`.* TO `b`@`%` WITH GRANT OPTION',
    ]);
    expect(plan(some, all)).toEqual(['GRANT ALL PRIVILEGES ON `d`.* TO `b`@`%` WITH GRANT OPTION']);
  });

  it('gives and takes the right to pass on by itself', () => {
    const passing = ['GRANT SELECT ON `d`.* TO $ WITH GRANT OPTION'];
    const plain = ['GRANT SELECT ON `d`.* TO $'];
    expect(plan(plain, passing)).toEqual(['GRANT USAGE ON `d`.* TO `b`@`%` WITH GRANT OPTION']);
    expect(plan(passing, plain)).toEqual(['REVOKE GRANT OPTION ON `d`.* FROM `b`@`%`']);
    expect(plan(['GRANT `r` TO $ WITH ADMIN OPTION'], ['GRANT `r` TO $'])).toEqual([
      'REVOKE `r` FROM `b`@`%`',
      'GRANT `r` TO `b`@`%`',
    ]);
  });

  it('has the terms of the first', () => {
    const [strict, lax] = [
      readGrants([`${usage} REQUIRE SSL WITH MAX_USER_CONNECTIONS 5`]),
      readGrants([usage]),
    ];
    const limits = (connections: number): string =>
      'MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ' +
      `MAX_USER_CONNECTIONS ${connections} MAX_STATEMENT_TIME 0`;
    expect(grantPlan(second, lax, strict)).toEqual([
      `ALTER USER \`b\`@\`%\` REQUIRE SSL WITH ${limits(5)}`,
    ]);
    expect(grantPlan(second, strict, lax)).toEqual([
      `ALTER USER \`b\`@\`%\` REQUIRE NONE WITH ${limits(0)}`,
    ]);
  });
});
