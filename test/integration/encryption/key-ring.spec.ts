import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { IntegrityError } from '../../../src/encryption/domain/integrity-error.js';
import { type TestStorage, dialects, startStorage } from '../../postgres/test-storage.js';
import { RingFixture, binding, text } from './ring-fixture.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe.each(dialects)('the keys of history in %s', (dialect) => {
  let storage: TestStorage;
  let fixture: RingFixture;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());
  beforeEach(async () => {
    fixture = new RingFixture(await storage.create());
  });
  afterEach(async () => {
    delete process.env['TEST_HISTORY_KEY'];
    await fixture.remove();
  });

  const embedded = (number = 1): string =>
    join(fixture.dataDir, 'encryption', `embedded.${number}.key`);
  const keyFile = (name: string, mode = 0o600): string => {
    const path = join(fixture.dataDir, name);
    writeFileSync(path, randomBytes(32).toString('base64'));
    chmodSync(path, mode);
    return path;
  };

  it('are made at the first start, in a file for its owner alone, and are there at the next', async () => {
    const first = await fixture.open();
    const sealed = first.ring.seal(text, binding);
    const mac = first.ring.mac('content', text);
    expect(sealed.keyId).toBe('embedded.1');
    expect(statSync(embedded()).mode & 0o777).toBe(0o600);
    expect(statSync(join(fixture.dataDir, 'encryption')).mode & 0o777).toBe(0o700);
    await first.close();
    const { ring, recorded } = await fixture.open();
    expect(ring.open(sealed, binding).equals(text)).toBe(true);
    expect(ring.mac('content', text).equals(mac)).toBe(true);
    expect(ring.mac('another', text).equals(mac)).toBe(false);
    expect(() => ring.open(sealed, { ...binding, name: 'other' })).toThrow(IntegrityError);
    expect(recorded).toEqual([]);
  });

  it('end the start with one sentence where one is gone, or is another', async () => {
    const { ring, close } = await fixture.open();
    expect(ring.activeKeyId).toBe('embedded.1');
    await close();
    const kept = readFileSync(embedded());
    rmSync(embedded());
    expect(await fixture.refusal()).toBe(
      `StorageError: the encryption key embedded.1: the file ${embedded()} does not exist`,
    );
    writeFileSync(embedded(), randomBytes(32), { mode: 0o600 });
    expect(await fixture.refusal()).toMatch(
      /^StorageError: the encryption key embedded.1 is not the one that history was encrypted with/,
    );
    writeFileSync(embedded(), 'short');
    expect(await fixture.refusal()).toMatch(
      /holds no key: expected 32 bytes, or as many in base64$/,
    );
    writeFileSync(embedded(), kept);
    expect(await fixture.refusal()).toBe('it started');
  });

  it('may be given as a file or a variable, but not as a file for every user', async () => {
    const file = keyFile('given');
    process.env['TEST_HISTORY_KEY'] = randomBytes(32).toString('base64');
    const keys = [
      { id: 'file', source: { file } },
      { id: 'variable', source: { environment: 'TEST_HISTORY_KEY' }, state: 'decrypt-only' },
    ] as const;
    const { ring, close } = await fixture.open({ keys });
    expect(ring.activeKeyId).toBe('file');
    expect(existsSync(embedded())).toBe(false);
    await close();
    const turned = await fixture.open({
      keys: [
        { ...keys[0], state: 'decrypt-only' },
        { ...keys[1], state: 'active' },
      ],
    });
    expect(turned.ring.activeKeyId).toBe('variable');
    expect(turned.recorded).toEqual(['variable']);
    await turned.close();
    delete process.env['TEST_HISTORY_KEY'];
    expect(await fixture.refusal({ keys: [keys[0], { ...keys[1], state: 'decrypt-only' }] })).toBe(
      'StorageError: the encryption key variable: the variable TEST_HISTORY_KEY is not set',
    );
    process.env['TEST_HISTORY_KEY'] = 'short';
    expect(await fixture.refusal({ keys })).toContain('TEST_HISTORY_KEY holds no key: expected 32');
  });

  it('in a file that every user may read are refused', async () => {
    const file = keyFile('open', 0o604);
    expect(await fixture.refusal({ keys: [{ id: 'open', source: { file } }] })).toBe(
      `StorageError: the encryption key open: the file ${file} is open to every user of the machine: chmod 600 ${file}`,
    );
    chmodSync(file, 0o640);
    expect(await fixture.refusal({ keys: [{ id: 'open', source: { file } }] })).toBe('it started');
  });

  it('may be left out only when nothing is under them', async () => {
    const file = keyFile('given');
    const first = await fixture.open({ keys: [{ id: 'first', source: { file } }] });
    const sealed = first.ring.seal(text, binding);
    await first.close();
    const second = { id: 'second', source: { file: keyFile('second') } };
    const use = new Map([['first', 2]]);
    expect(await fixture.refusal({ keys: [second], use })).toMatch(
      /^StorageError: the encryption key first is missing from encryption.keys, but 2 versions/,
    );
    const retired = { id: 'first', source: { file }, state: 'retired' } as const;
    expect(await fixture.refusal({ keys: [second, retired], use })).toContain('2 versions');
    const both = await fixture.open({
      keys: [second, { ...retired, state: 'decrypt-only' }],
      use,
    });
    const moved = { ...sealed, ...both.ring.rewrap(sealed, binding) };
    expect(moved.keyId).toBe('second');
    await both.close();
    const last = await fixture.open({ keys: [second], use: new Map([['second', 2]]) });
    expect(last.ring.open(moved, binding).equals(text)).toBe(true);
    expect(await fixture.states()).toEqual(['first retired', 'second active']);
    expect(() => last.ring.open(sealed, binding)).toThrow(/history is closed/);
  });

  it('that nobody knows are an alarm, and the others open what is theirs', async () => {
    expect(await fixture.refusal({ use: new Map([['swapped', 1]]) })).toBe(
      'StorageError: the database has versions, and not one of their keys',
    );
    const first = await fixture.open();
    const sealed = first.ring.seal(text, binding);
    await first.close();
    const use = new Map([
      ['embedded.1', 1],
      ['swapped', 2],
    ]);
    const { ring, alarms } = await fixture.open({ use });
    expect(alarms).toEqual([
      'versions of history are damaged: 2, under keys that nobody knows: "swapped"',
    ]);
    expect(ring.open(sealed, binding).equals(text)).toBe(true);
    expect(ring.open(ring.seal(text, binding), binding).equals(text)).toBe(true);
    const damaged = { ...sealed, keyId: 'swapped' };
    expect(() => ring.open(damaged, binding)).toThrow(/history is closed/);
    expect(() => ring.rewrap(damaged, binding)).toThrow(IntegrityError);
    expect(() => ring.rewrap({ ...sealed, keyId: 'new' }, binding)).toThrow(/history is closed/);
  });

  it('are replaced after 90 days, and the former one still opens', async () => {
    const { ring, recorded } = await fixture.open();
    const sealed = ring.seal(text, binding);
    fixture.clock.advance(90 * DAY_MS - 1);
    await ring.look();
    expect(ring.activeKeyId).toBe('embedded.1');
    fixture.clock.advance(1);
    await ring.look();
    if (dialect === 'postgres') {
      expect(ring.activeKeyId).toBe('embedded.1');
      expect(await ring.rotate()).toBe('embedded.2');
    }
    expect(ring.activeKeyId).toBe('embedded.2');
    expect(recorded).toEqual(['embedded.2']);
    expect(ring.open(sealed, binding).equals(text)).toBe(true);
    expect(ring.seal(text, binding).keyId).toBe('embedded.2');
    expect(await fixture.states()).toEqual(['embedded.1 decrypt-only', 'embedded.2 active']);
    expect(statSync(embedded(2)).mode & 0o777).toBe(0o600);
  });

  it('count what they wrap before they do, and give back what they did not', async () => {
    const { ring, database, close } = await fixture.open();
    const wraps = async (): Promise<number> => {
      const [row] = await database.query((db) =>
        db.selectFrom('encryption_keys').select('wraps').where('id', '=', 'embedded.1').execute(),
      );
      return row?.wraps ?? 0;
    };
    expect(await wraps()).toBe(limits.keyWrapsReserved);
    for (let count = 0; count < limits.keyWrapsReserved / 2 + 1; count += 1)
      ring.seal(text, binding);
    await expect.poll(wraps).toBe(2 * limits.keyWrapsReserved);
    await close();
    const next = await fixture.open();
    const [row] = await next.database.query((db) =>
      db.selectFrom('encryption_keys').select('wraps').where('id', '=', 'embedded.1').execute(),
    );
    expect(row?.wraps).toBe(limits.keyWrapsReserved / 2 + 1 + limits.keyWrapsReserved);
  });

  it('that nobody replaces are named in an alarm once, and refused before they are spent', async () => {
    const keys = [{ id: 'given', source: { file: keyFile('given') } }];
    const { ring, database, alarms, close } = await fixture.open({ keys });
    const set = (wraps: number) =>
      database.query((db) =>
        db.updateTable('encryption_keys').set({ wraps }).where('id', '=', 'given').execute(),
      );
    await set(limits.keyWrapsMax);
    await ring.look();
    await ring.look();
    expect(alarms).toEqual(['the encryption key given is due to be replaced by another']);
    expect(ring.seal(text, binding).keyId).toBe('given');
    await close();
    const again = await fixture.open({ keys });
    await again.database.query((db) =>
      db
        .updateTable('encryption_keys')
        .set({ wraps: limits.keyWrapsRefused })
        .where('id', '=', 'given')
        .execute(),
    );
    await again.close();
    const last = await fixture.open({ keys });
    expect(() => last.ring.seal(text, binding)).toThrow(/cannot be counted/);
  });

  it('are replaced before 2^30 wraps', async () => {
    const { ring, database } = await fixture.open();
    await database.query((db) =>
      db
        .updateTable('encryption_keys')
        .set({ wraps: limits.keyWrapsMax })
        .where('id', '=', 'embedded.1')
        .execute(),
    );
    if (dialect === 'sqlite') await ring.look();
    else await ring.rotate();
    expect(ring.activeKeyId).toBe('embedded.2');
  });

  it('that were made and are of no use go away for good, with their files', async () => {
    const { ring } = await fixture.open();
    const sealed = ring.seal(text, binding);
    await ring.rotate();
    expect(await ring.retireUnused(new Map([['embedded.1', 1]]))).toEqual([]);
    const moved = { ...sealed, ...ring.rewrap(sealed, binding) };
    expect(await ring.retireUnused(new Map([['embedded.2', 1]]))).toEqual(['embedded.1']);
    expect([existsSync(embedded(1)), existsSync(embedded(2))]).toEqual([false, true]);
    expect(ring.open(moved, binding).equals(text)).toBe(true);
    expect(() => ring.open(sealed, binding)).toThrow(/history is closed/);
    await ring.rotate();
    expect(ring.activeKeyId).toBe('embedded.3');
  });
});
