import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBoundedFile } from '../../../../src/platform/storage/bounded-file.js';

describe('a file that is read up to a bound', () => {
  let dir: string;
  let file: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-bounded-'));
    file = join(dir, 'file');
    writeFileSync(file, 'twelve bytes', { mode: 0o600 });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const read = (bytesMax: number, isPrivate = false) =>
    readBoundedFile(file, { bytesMax, isPrivate }).toString();

  it('is read whole', () => {
    expect(read(12, true)).toBe('twelve bytes');
    writeFileSync(file, '');
    expect(read(12)).toBe('');
  });

  it('is refused beyond that, before it is read', () => {
    expect(() => read(11)).toThrow('has over 11 bytes');
    truncateSync(file, 3 * 1024 ** 3);
    expect(() => read(12)).toThrow('has over 12 bytes');
  });

  it('is refused where it is no regular file, without waiting', () => {
    expect(() => readBoundedFile(dir, { bytesMax: 12 })).toThrow('is no regular file');
    rmSync(file);
    execFileSync('mkfifo', [file]);
    expect(() => read(12)).toThrow('is no regular file');
  });

  it.each([0o604, 0o602, 0o666])('is refused with mode %o where it has to be private', (mode) => {
    chmodSync(file, mode);
    expect(() => read(12, true)).toThrow('is open to every user of the machine: chmod 600');
    expect(read(12)).toBe('twelve bytes');
  });
});
