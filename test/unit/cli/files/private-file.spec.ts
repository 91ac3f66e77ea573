import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileNameOf } from '../../../../src/cli/connection/context-name.js';
import { removeOldDrafts } from '../../../../src/cli/files/old-drafts.js';
import { writePrivateFile } from '../../../../src/cli/files/private-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-private-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const draft = (digit: string) => `.sallyport-draft@${digit.repeat(36)}`;

/** Writes a file that has not changed for some time. */
function aged(name: string, ageSeconds: number): void {
  const path = join(folder, name);
  writeFileSync(path, 'token');
  const timeSeconds = Date.now() / 1_000 - ageSeconds;
  utimesSync(path, timeSeconds, timeSeconds);
}

describe('a private file', () => {
  it('is for the user alone, and is all that a write leaves', async () => {
    await writePrivateFile(join(folder, 'new', 'file'), 'text');
    expect(readdirSync(join(folder, 'new'))).toEqual(['file']);
    expect(readFileSync(join(folder, 'new', 'file'), 'utf8')).toBe('text');
    expect(statSync(join(folder, 'new', 'file')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
  });

  it('that cannot be replaced leaves no draft with its text', async () => {
    mkdirSync(join(folder, 'taken'));
    await expect(writePrivateFile(join(folder, 'taken'), 'token')).rejects.toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it('is not written through the file of another context', async () => {
    const other = join(folder, fileNameOf(`a.${process.pid}`));
    writeFileSync(other, 'token of another context');
    await writePrivateFile(join(folder, fileNameOf('a')), 'text');
    expect(readFileSync(other, 'utf8')).toBe('token of another context');
  });
});

describe('drafts of killed processes', () => {
  it('are removed once they are a minute old', () => {
    aged(draft('a'), 61);
    aged(draft('b'), 30);
    aged('file', 3_600);
    aged('.sallyport-draft@name', 3_600);
    removeOldDrafts(folder);
    expect(readdirSync(folder).toSorted()).toEqual(
      ['.sallyport-draft@name', draft('b'), 'file'].toSorted(),
    );
  });

  it('are no links, and no context has their names', () => {
    symlinkSync(folder, join(folder, draft('c')));
    removeOldDrafts(folder, Date.now() + 3_600_000);
    expect(readdirSync(folder)).toEqual([draft('c')]);
    expect(fileNameOf(draft('c'))).not.toBe(draft('c'));
  });

  it('can be looked for in a folder that does not exist', () => {
    expect(() => removeOldDrafts(join(folder, 'absent'))).not.toThrow();
  });
});
