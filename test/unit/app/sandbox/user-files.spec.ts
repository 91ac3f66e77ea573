import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolder, userNames } from '../../../../src/app/sandbox/data-folder.js';
import { UserFiles } from '../../../../src/app/sandbox/user-files.js';
import { FakeSandbox } from './fake-sandbox.js';

const HOUR_MS = 60 * 60 * 1000;

let folder: DataFolder;
let sandbox: FakeSandbox;
let users: UserFiles;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = new DataFolder(mkdtempSync(join(tmpdir(), 'sallyport-users-')));
  sandbox = new FakeSandbox();
  users = new UserFiles(folder, sandbox, ['sallyport']);
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder.path, { recursive: true });
});

const textOf = (path: string) => readFileSync(path, 'utf8');
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the files of users', () => {
  it('hold for each a token without a line feed, and the same as a header for curl', async () => {
    await users.renew();
    expect(userNames).toEqual(['admin', 'reader', 'key-reader', 'auditor', 'nobody']);
    for (const user of userNames) {
      expect(textOf(folder.token(user))).toMatch(/^token-\d$/);
      expect(textOf(folder.header(user))).toBe(
        `Authorization: Bearer ${textOf(folder.token(user))}\n`,
      );
    }
  });

  it('can be read by whoever started it alone, also where they were open before', async () => {
    mkdirSync(folder.headers, { mode: 0o755 });
    await users.renew();
    for (const path of [folder.tokens, folder.headers]) expect(modeOf(path)).toBe(0o700);
    for (const user of userNames) {
      expect(modeOf(folder.token(user))).toBe(0o600);
      expect(modeOf(folder.header(user))).toBe(0o600);
    }
  });

  it('hold tokens for the audience of the gateway', async () => {
    await users.renew();
    expect(sandbox.sent.map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ spec: { audiences: ['sallyport'], expirationSeconds: 86_400 } }),
    );
  });

  it('are left alone in the first half of a token, and new in the second', async () => {
    await users.renew();
    const first = textOf(folder.token('reader'));
    vi.setSystemTime(Date.now() + 11 * HOUR_MS);
    await users.renew();
    expect(textOf(folder.token('reader'))).toBe(first);
    vi.setSystemTime(Date.now() + 2 * HOUR_MS);
    await users.renew();
    expect(textOf(folder.token('reader'))).not.toBe(first);
  });

  it('go with the ServiceAccount, the others stay', async () => {
    await users.renew();
    sandbox.refusals.set('/api/v1/namespaces/people/serviceaccounts/reader/token', 404);
    vi.setSystemTime(Date.now() + 13 * HOUR_MS);
    await users.renew();
    expect(existsSync(folder.token('reader'))).toBe(false);
    expect(existsSync(folder.header('reader'))).toBe(false);
    expect(existsSync(folder.token('admin'))).toBe(true);
    expect(users.known()).toEqual(['admin', 'key-reader', 'auditor', 'nobody']);
  });

  it('stay as they are where the sandbox fails', async () => {
    await users.renew();
    const first = textOf(folder.token('reader'));
    sandbox.refusals.set('/api/v1/namespaces/people/serviceaccounts/reader/token', 500);
    vi.setSystemTime(Date.now() + 13 * HOUR_MS);
    await expect(users.renew()).rejects.toThrow('made no token of people/reader: 500');
    expect(textOf(folder.token('reader'))).toBe(first);
  });
});
