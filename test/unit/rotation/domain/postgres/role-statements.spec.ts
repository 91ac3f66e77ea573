import { describe, expect, it } from 'vitest';
import type { RoleFacts } from '../../../../../src/rotation/domain/postgres/role-facts.js';
import {
  likeStatements,
  passwordStatement,
} from '../../../../../src/rotation/domain/postgres/role-statements.js';

const first: RoleFacts = {
  name: 'app"a',
  connectionLimit: 5,
  validUntil: '2030-01-01 00:00:00+00',
  reach: [{ name: 'app"a', isPowerful: false, isUsable: true }],
  settings: [{ database: 'd', entries: ['work_mem=8MB'] }],
};
const change = { role: 'app_b', verifier: 'V', like: first, known: undefined, version: 150_000 };
const memberOfFirst = { name: 'app"a', isPowerful: false, isUsable: true };

describe('the password of a role', () => {
  it('is replaced or taken, and nothing else of the role changes', () => {
    expect(passwordStatement('a"; DROP', 'V')).toBe(`ALTER ROLE "a""; DROP" PASSWORD 'V'`);
    expect(passwordStatement('app', null)).toBe('ALTER ROLE "app" PASSWORD NULL');
  });
});

describe('a role like the first', () => {
  it('is made as a member of the first, whose sessions are those of the first', () => {
    expect(likeStatements(change)).toEqual([
      `CREATE ROLE "app_b" LOGIN INHERIT PASSWORD 'V' CONNECTION LIMIT 5` +
        ` VALID UNTIL '2030-01-01 00:00:00+00'`,
      'GRANT "app""a" TO "app_b"',
      `ALTER ROLE "app_b" SET "role" TO 'app"a'`,
      `ALTER ROLE "app_b" IN DATABASE "d" SET "work_mem" TO '8MB'`,
    ]);
  });

  it('says what the membership means where the server tells that apart', () => {
    expect(likeStatements({ ...change, version: 160_000 })).toContain(
      'GRANT "app""a" TO "app_b" WITH INHERIT TRUE, SET TRUE',
    );
  });

  it('keeps what is as it should be, and never lets a locked role in', () => {
    const settings = [
      { database: null, entries: ['role=app"a'] },
      { database: 'd', entries: ['work_mem=8MB'] },
    ];
    const known = { ...first, name: 'app_b', reach: [memberOfFirst], settings };
    const like = { ...first, connectionLimit: -1, validUntil: null };
    expect(likeStatements({ ...change, like, known })).toEqual([
      `ALTER ROLE "app_b" INHERIT PASSWORD 'V' CONNECTION LIMIT -1 VALID UNTIL 'infinity'`,
    ]);
  });

  it('is made a member where its membership is of no use', () => {
    const reach = [{ ...memberOfFirst, isUsable: false }];
    const known = { ...first, name: 'app_b', reach };
    expect(likeStatements({ ...change, known })).toContain('GRANT "app""a" TO "app_b"');
  });

  it('acts as whom the sessions of the first act as', () => {
    const like = { ...first, settings: [{ database: null, entries: ['role=owner'] }] };
    const statements = likeStatements({ ...change, like });
    expect(statements).toContain(`ALTER ROLE "app_b" SET "role" TO 'owner'`);
    expect(statements.join()).not.toContain(`TO 'app"a'`);
  });
});
