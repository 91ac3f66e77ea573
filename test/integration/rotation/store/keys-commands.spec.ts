import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../../../src/cli/run.js';
import { SqliteDatabase } from '../../../../src/platform/storage/sqlite-database.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import {
  claimNew,
  passwordOf,
  record,
  type Replica,
  replicaOver,
  valuesOf,
} from './rotation-fixture.js';

let dir: string;
let dataDir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-rotation-keys-'));
  dataDir = join(dir, 'data');
  writeFileSync(join(dir, 'sallyport.yaml'), stringify({ dataDir }));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function keyCommand(name: string, ...more: string[]) {
  const told = { out: '', err: '' };
  const code = await run(['keys', name, '--config', join(dir, 'sallyport.yaml'), ...more], {
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    isTerminal: false,
  });
  return { code, ...told };
}

async function within<T>(use: (replica: Replica) => Promise<T>): Promise<T> {
  const replica = await replicaOver(await SqliteDatabase.open(dataDir), dataDir);
  try {
    return await use(replica);
  } finally {
    await replica.close();
  }
}

it('keys that wrap nothing but values of rotations count as used, until these are rewrapped', async () => {
  await within(async ({ store }) => {
    for (const name of ['a', 'b']) {
      await store.advance(await claimNew(store, { name, id: name }), {}, record(), valuesOf(name));
    }
  });
  expect((await keyCommand('list')).out).toMatch(/^embedded\.1 +embedded +active +\S+Z +\d+ +2$/m);
  expect(await keyCommand('rotate')).toMatchObject({ code: 0, err: '' });
  expect(await keyCommand('rewrap', '--retire')).toEqual({
    code: 0,
    out:
      '0 versions are under embedded.2 now\n' +
      'the values of 2 rotations are under embedded.2 now\nembedded.1 is retired\n',
    err: '',
  });
  await within(async ({ store }) => {
    for (const name of ['a', 'b']) {
      const found = await store.find({ ...newRun(), name }, name);
      if (found === undefined) throw new Error(`${name} is gone`);
      expect(passwordOf(await store.values(found))).toBe(name);
    }
  });
});
