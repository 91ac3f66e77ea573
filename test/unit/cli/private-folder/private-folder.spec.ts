import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { memoryFolders } from '../../../../src/cli/private-folder/memory-folders.js';
import { createPrivateFolder } from '../../../../src/cli/private-folder/private-folder.js';
import { removePrivateFolder } from '../../../../src/cli/private-folder/remove-private-folder.js';

const place = mkdtempSync(join(tmpdir(), 'sallyport-private-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

it('is for the user alone, and in the first folder that takes it', () => {
  const { path, isInMemory } = createPrivateFolder('edit', {
    inMemory: [place],
    onDisk: '/nowhere',
  });
  expect([statSync(path).mode & 0o777, isInMemory]).toEqual([0o700, true]);
});

it('is on a disk if there is no folder in memory', () => {
  expect(createPrivateFolder('edit', { inMemory: [], onDisk: place })).toMatchObject({
    isInMemory: false,
  });
});

it('is removed with all files in it, which are overwritten first; no link is followed', () => {
  const { path } = createPrivateFolder('edit', { inMemory: [place], onDisk: place });
  mkdirSync(join(path, 'swap'));
  const kept = join(place, 'kept');
  writeFileSync(kept, 'not touched');
  symlinkSync(kept, join(path, 'link'));
  const copy = join(place, 'copy');
  writeFileSync(join(path, 'swap', 'value'), 'a value', { mode: 0o400 });
  linkSync(join(path, 'swap', 'value'), copy);
  removePrivateFolder(path);
  expect(existsSync(path)).toBe(false);
  expect(readFileSync(kept, 'utf8')).toBe('not touched');
  expect(readFileSync(copy)).toEqual(Buffer.alloc(7));
  // Else only root could have written to the file.
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  removePrivateFolder(path);
});

it('is not in a folder of a disk', () => {
  const folders = memoryFolders({ env: { XDG_RUNTIME_DIR: process.cwd() } });
  expect(folders).not.toContain(process.cwd());
});
