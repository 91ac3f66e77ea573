import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  folderProblem,
  type PathPart,
  requirePrivateFolder,
} from '../../../../src/platform/storage/private-folder.js';

const OWN = 1_000;
const part = (change: Partial<PathPart> = {}): PathPart => ({
  ...{ path: '/p', kind: 'folder', uid: OWN, mode: 0o755 },
  ...change,
});
const root = part({ path: '/', uid: 0 });
const tmp = part({ path: '/tmp', uid: 0, mode: 0o1777 });

describe('a folder for what only this user may write', () => {
  it.each<[string, Partial<PathPart>, string | undefined]>([
    ['is one of this user', {}, undefined],
    ['is one of root', { uid: 0 }, undefined],
    ['may be read by others', { mode: 0o755 }, undefined],
    ['is none of another user', { uid: 1_001 }, 'belongs to another user (uid 1001)'],
    ['is none that a group may write', { mode: 0o770 }, 'may be written by others: chmod go-w /p'],
    ['is none that all may write', { mode: 0o707 }, 'may be written by others: chmod go-w /p'],
    ['is none with a sticky bit', { mode: 0o1777 }, 'may be written by others: chmod go-w /p'],
    [
      'is none of root that all may write',
      { uid: 0, mode: 0o777 },
      'may be written by others: chmod go-w /p',
    ],
    ['is no link', { kind: 'link' }, 'is a symbolic link: name the folder that it leads to'],
    ['is no file', { kind: 'other' }, 'is no folder'],
  ])('%s', (_, change, expected) => {
    expect(folderProblem({ folder: part(change), above: [root] }, OWN)).toBe(expected);
  });

  it.each<[string, PathPart, string | undefined]>([
    ['in /tmp, where nobody moves what is not theirs', tmp, undefined],
    ['in a volume that root shares with a group', part({ uid: 0, mode: 0o2775 }), undefined],
    [
      'in no folder that others may write',
      part({ mode: 0o777 }),
      'may be written by others: chmod go-w /p',
    ],
    [
      'in no folder of this user that a group may write',
      part({ mode: 0o775 }),
      'may be written by others: chmod go-w /p',
    ],
    ['in no folder of another user', part({ uid: 1_001 }), 'belongs to another user (uid 1001)'],
    [
      'behind no link',
      part({ kind: 'link' }),
      'is a symbolic link: name the folder that it leads to',
    ],
  ])('lies %s', (_, above, problem) => {
    const expected =
      problem === undefined ? undefined : `lies below ${above.path}, which ${problem}`;
    for (const folder of [undefined, part()]) {
      expect(folderProblem({ folder, above: [root, above] }, OWN)).toBe(expected);
    }
  });
});

describe('a folder on the disk', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-private-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('may be made where nobody else can put anything, and is looked at as it is', () => {
    requirePrivateFolder(join(dir, 'not', 'there', 'yet'));
    mkdirSync(join(dir, 'open'));
    chmodSync(join(dir, 'open'), 0o777);
    expect(() => requirePrivateFolder(join(dir, 'open'))).toThrow(/may be written by others/);
    const below = join(dir, 'open', 'made', 'later');
    expect(() => requirePrivateFolder(below)).toThrow(/lies below .*open, which may be written/);
    mkdirSync(join(dir, 'own'), { mode: 0o700 });
    symlinkSync('own', join(dir, 'link'));
    expect(() => requirePrivateFolder(join(dir, 'link'))).toThrow(/is a symbolic link/);
    requirePrivateFolder(join(dir, 'own'));
  });
});
