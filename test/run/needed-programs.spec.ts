import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installCommand, missingMessage, missingPrograms } from './needed-programs.js';

const database = { name: 'no-such-database', aptPackage: 'database-server' };
const tracer = { name: 'no-such-tracer', aptPackage: 'tracer' };
const compiler = { name: 'no-such-compiler', from: 'https://compiler.example (2.0 or later)' };

describe('programs that the tests start', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-programs-'));
    writeFileSync(join(folder, database.name), '', { mode: 0o755 });
    writeFileSync(join(folder, tracer.name), '', { mode: 0o644 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are missing where no folder has one that can be run', () => {
    const all = [database, tracer, compiler];
    expect(missingPrograms(all, `/nowhere:${folder}`)).toEqual([tracer, compiler]);
    expect(missingPrograms(all, '')).toEqual(all);
    expect(missingPrograms([{ name: 'sh' }], '')).toEqual([]);
  });

  it('are installed with one command, if each has a package', () => {
    expect(installCommand([database, tracer])).toEqual([
      ...['apt-get', 'install', '-y', '--no-install-recommends', 'database-server', 'tracer'],
    ]);
    expect(installCommand([database, compiler])).toBeUndefined();
  });

  it('are told in one message, with where each is to be had and the command', () => {
    const lines = missingMessage([database, compiler]).split('\n');
    expect(lines).toEqual([
      'The tests start programs that are not on this machine:',
      '  no-such-database  package database-server of Debian and Ubuntu',
      '  no-such-compiler  https://compiler.example (2.0 or later)',
      'As root: apt-get install -y --no-install-recommends database-server',
      'Where root runs `npm run test:full` on Debian or Ubuntu, it installs the packages itself.',
      '`npm test` needs none of these programs.',
    ]);
  });

  it('are told without a command where none has a package', () => {
    expect(missingMessage([compiler])).not.toContain('As root');
  });
});
