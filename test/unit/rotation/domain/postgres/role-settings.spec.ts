import { describe, expect, it } from 'vitest';
import { settingStatements } from '../../../../../src/rotation/domain/postgres/role-settings.js';

const everywhere = (...entries: string[]) => [{ database: null, entries }];

describe('the settings of a role', () => {
  it('stay where they are equal, in whatever order', () => {
    expect(settingStatements('b', everywhere('a=1', 'c=2'), everywhere('c=2', 'a=1'))).toEqual([]);
    expect(settingStatements('b', [], [])).toEqual([]);
  });

  it('are replaced where they differ, each database for itself', () => {
    const has = [...everywhere('a=1'), { database: 'x"y', entries: ['c=2'] }];
    expect(settingStatements('b', has, everywhere('a=1'))).toEqual([
      'ALTER ROLE "b" IN DATABASE "x""y" RESET ALL',
    ]);
    expect(settingStatements('b', has, [...everywhere('a=2'), ...has.slice(1)])).toEqual([
      'ALTER ROLE "b" RESET ALL',
      `ALTER ROLE "b" SET "a" TO '2'`,
    ]);
  });

  it.each([
    ['search_path="$user", public', `"search_path" TO '$user', 'public'`],
    ['search_path="a, ""b""", c', `"search_path" TO 'a, "b"', 'c'`],
    ['search_path=""', `"search_path" TO ''`],
    ['search_path=', `"search_path" TO ''`],
    ['DateStyle=ISO, DMY', `"DateStyle" TO 'ISO, DMY'`],
    ["my.text=it's = so", `"my.text" TO 'it''s = so'`],
  ])('are given as they are kept: %s', (entry, expected) => {
    expect(settingStatements('b', [], everywhere(entry))).toEqual([
      `ALTER ROLE "b" SET ${expected}`,
    ]);
  });
});
