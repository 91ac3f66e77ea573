import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { programFile } from '../../../../src/cli/edit/program-file.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-program-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the file of a program is found as a shell finds it, and without links', () => {
  const [first, second] = ['first', 'second'].map((name) => join(folder, name));
  for (const one of [first, second]) mkdirSync(one ?? '');
  const real = join(second ?? '', 'vim.basic');
  writeFileSync(real, '', { mode: 0o755 });
  writeFileSync(join(first ?? '', 'vi'), 'no program', { mode: 0o644 });
  symlinkSync(real, join(second ?? '', 'vi'));
  expect(programFile('vi', `${first}::${second}`)).toBe(real);
  expect(programFile(join(second ?? '', 'vi'), undefined)).toBe(real);
  expect(programFile('vi', first)).toBe('vi');
  expect(programFile('absent', undefined)).toBe('absent');
});
