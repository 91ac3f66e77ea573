import { describe, expect, it } from 'vitest';
import {
  addStatements,
  likeStatements,
  onlyStatements,
  replaceStatements,
} from '../../../../../src/rotation/domain/mysql/mysql8-statements.js';

const account = { user: "o'hara`", host: '%' };
const name = "`o'hara```@`%`";

describe('statements for MySQL 8', () => {
  it('replace a password', () => {
    expect(replaceStatements(account, "p'\\w")).toEqual([
      `ALTER USER ${name} IDENTIFIED BY 'p''\\\\w'`,
    ]);
  });

  it('add a password beside the one that is kept, whatever was the first before', () => {
    expect(addStatements(account, { password: 'new', keep: 'old' })).toEqual([
      `ALTER USER ${name} IDENTIFIED BY 'old'`,
      `ALTER USER ${name} IDENTIFIED BY 'new' RETAIN CURRENT PASSWORD`,
    ]);
  });

  it('end all passwords but one, also where it is the second', () => {
    expect(onlyStatements(account, 'kept')).toEqual([
      `ALTER USER ${name} IDENTIFIED BY 'kept'`,
      `ALTER USER ${name} DISCARD OLD PASSWORD`,
    ]);
  });

  it('make an account whose role is the first one', () => {
    expect(likeStatements(account, { user: 'app', host: '%' }, 'x')).toEqual([
      `CREATE USER IF NOT EXISTS ${name} IDENTIFIED BY 'x'`,
      `GRANT \`app\`@\`%\` TO ${name}`,
      `ALTER USER ${name} DEFAULT ROLE \`app\`@\`%\``,
    ]);
  });
});
