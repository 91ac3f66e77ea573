import { describe, expect, it } from 'vitest';
import { readGrants } from '../../../../../src/rotation/domain/mysql/account-grants.js';
import { isPrivilegedAccount } from '../../../../../src/rotation/domain/mysql/privileged.js';

const isPrivileged = (grant: string): boolean =>
  isPrivilegedAccount([
    readGrants([`GRANT USAGE ON *.* TO \`a\`@\`%\``]),
    readGrants([grant.replace('$', '`a`@`%`')]),
  ]);

describe('an account', () => {
  it.each([
    'GRANT ALL PRIVILEGES ON *.* TO $',
    'GRANT SUPER ON *.* TO $',
    'GRANT CREATE USER ON *.* TO $',
    'GRANT FILE ON *.* TO $',
    'GRANT SELECT ON *.* TO $',
    'GRANT CONNECTION ADMIN ON *.* TO $',
    'GRANT SYSTEM_USER ON *.* TO $',
    'GRANT USAGE ON *.* TO $ WITH GRANT OPTION',
    'GRANT PROXY ON `root`@`localhost` TO $',
    'GRANT SELECT ON `mysql`.* TO $',
    'GRANT SELECT ON `MySQL`.`global_priv` TO $',
    'GRANT EXECUTE ON PROCEDURE `mysql`.`p` TO $',
    'GRANT UPDATE ON `%`.* TO $',
    'GRANT UPDATE ON `my%`.* TO $',
    'GRANT UPDATE ON `m_sql`.* TO $',
  ])('is privileged by %s', (grant) => {
    expect(isPrivileged(grant)).toBe(true);
  });

  it.each([
    'GRANT USAGE ON *.* TO $',
    'GRANT PROCESS, SHOW DATABASES, LOCK TABLES, REPLICATION CLIENT ON *.* TO $',
    'GRANT ALL PRIVILEGES ON `app`.* TO $ WITH GRANT OPTION',
    'GRANT SELECT ON `app%`.* TO $',
    'GRANT SELECT ON `m\\_sql`.* TO $',
    'GRANT SELECT ON `mysql2`.* TO $',
    'GRANT SELECT ON `app`.`mysql` TO $',
    'GRANT SELECT ON `m%`.`t` TO $',
    'GRANT SELECT ON `a.b+c(-)[x]`.* TO $',
  ])('is none by %s', (grant) => {
    expect(isPrivileged(grant)).toBe(false);
  });
});
