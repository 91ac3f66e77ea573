import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/threat-model.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Holder'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the table of holders', () => {
  it('says of each holder what is read, changed, hidden and stopped, and what shows it', () => {
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows) {
      expect(row).toHaveLength(7);
      expect(row.every((cell) => cell !== '')).toBe(true);
    }
  });

  it('names tests that there are', () => {
    const named = rows.flatMap(([, , , , , , tests = '']) =>
      [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
    );
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((path) => !existsSync(`test/${path}`))).toEqual([]);
  });
});
