import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDataDir } from '../../../../src/platform/storage/prepare-data-dir.js';
import { StorageError } from '../../../../src/platform/storage/storage-error.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-prepare-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

describe('a data folder', () => {
  it('is made with all above it where it is absent, for its user alone', () => {
    const path = join(dir, 'a', 'b');
    prepareDataDir(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('that is there stays as it is', () => {
    const path = join(dir, 'shared');
    mkdirSync(path, { mode: 0o750 });
    prepareDataDir(path);
    expect(statSync(path).mode & 0o777).toBe(0o750);
  });

  it('that is a file is called one, with what to do', () => {
    const path = join(dir, 'file');
    writeFileSync(path, '');
    expect(() => prepareDataDir(path)).toThrow(StorageError);
    expect(() => prepareDataDir(path)).toThrow(
      `the data folder ${path} is a file, not a folder: name another with SALLYPORT_DATA_DIR`,
    );
  });

  it('below a file names that file', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(() => prepareDataDir(join(file, 'a', 'b'))).toThrow(
      `the data folder ${join(file, 'a', 'b')} cannot be made: ${file} is a file, not a folder: `,
    );
  });

  it('that cannot be written says why, and what to do', () => {
    expect(() => prepareDataDir('/proc/sallyport')).toThrow(
      /^the data folder \/proc\/sallyport cannot be written \(ENOENT.*\): make .*_DATA_DIR$/,
    );
  });
});
