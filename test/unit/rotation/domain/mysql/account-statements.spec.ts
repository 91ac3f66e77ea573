import { describe, expect, it } from 'vitest';
import {
  createPlainStatement,
  createStatement,
  hashStatement,
  setPasswordStatement,
} from '../../../../../src/rotation/domain/mysql/account-statements.js';

const account = { user: 'a`b', host: '%' };

describe('statements for an account of MariaDB', () => {
  it('send a hash', () => {
    const means = "IDENTIFIED VIA mysql_native_password USING '*12'";
    expect(hashStatement(account, '*12')).toBe(`ALTER USER \`a\`\`b\`@\`%\` ${means}`);
    expect(createStatement(account, '*12')).toBe(
      `CREATE USER IF NOT EXISTS \`a\`\`b\`@\`%\` ${means}`,
    );
  });

  it('quote a password that must be sent', () => {
    expect(setPasswordStatement(account, "it's\\")).toBe(
      "SET PASSWORD FOR `a``b`@`%` = PASSWORD('it''s\\\\')",
    );
    expect(createPlainStatement(account, 'x')).toBe(
      "CREATE USER IF NOT EXISTS `a``b`@`%` IDENTIFIED BY 'x'",
    );
  });
});
