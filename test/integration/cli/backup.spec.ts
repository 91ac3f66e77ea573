import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/commands/backup.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';

/** Nobody whom tests run as. */
const STRANGER = 54_321;

describe('sallyport backup', () => {
  let dir: string;
  let config: string;
  let folder: string;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-backup-'));
    const dataDir = join(dir, 'data');
    await (await SqliteDatabase.open(dataDir)).close();
    config = join(dir, 'config.json');
    writeFileSync(config, JSON.stringify({ dataDir }));
    folder = join(dir, 'backups');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const backUp = async (to: string): Promise<string> => {
    let out = '';
    const write = (text: string): void => void (out += text);
    await run([to, '--config', config], { out: write, err: write } as never);
    return out;
  };

  it('makes a folder and a file that nobody else may read, below /tmp as well', async () => {
    const path = (await backUp(join(folder, 'monday'))).trim();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'monday')).mode & 0o777).toBe(0o700);
    await expect(backUp(join(folder, 'monday'))).rejects.toThrow('is there already');
  });

  it.each<[string, () => string, RegExp]>([
    ['that others may write', () => made(0o777), /may be written by others: chmod go-w/],
    ['that its group may write', () => made(0o770), /may be written by others: chmod go-w/],
    ['with a sticky bit', () => made(0o1777), /may be written by others: chmod go-w/],
    ['behind a link', () => linked(), /symbolic link/],
    ['of somebody else', () => ofStranger(), /belongs to another user \(uid 54321\)/],
    ['below one of somebody else', () => join(ofStranger(), 'monday'), /lies below .*another user/],
  ])('writes nothing into a folder %s', async (_, place, message) => {
    const to = place();
    await expect(backUp(to)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes no link for a place that is free', async () => {
    mkdirSync(folder, { mode: 0o700 });
    symlinkSync(join(dir, 'elsewhere'), join(folder, 'sallyport.db'));
    await expect(backUp(folder)).rejects.toThrow('is there already');
  });

  function made(mode: number): string {
    mkdirSync(folder);
    chmodSync(folder, mode);
    return folder;
  }

  function linked(): string {
    mkdirSync(folder, { mode: 0o700 });
    symlinkSync(folder, join(dir, 'link'));
    return join(dir, 'link');
  }

  /** Only root gives a folder away. */
  function ofStranger(): string {
    mkdirSync(folder, { mode: 0o755 });
    chownSync(folder, STRANGER, STRANGER);
    return folder;
  }
});
