import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../../src/platform/config/config.js';

const keyFile = { SALLYPORT_AUDIT_KEY_FILE: 'log.key' };
const urlOf = (environment: Record<string, string>) =>
  loadConfig({ environment: { ...keyFile, ...environment } }).storage.url;

it('is a file in the data folder where nothing is said', () => {
  expect(urlOf({})).toBe('sqlite:');
});

it.each(['sqlite:', 'postgres://u:p@h:5432/d?sslmode=verify-full', 'postgresql:///d?host=/run/pg'])(
  'is %s where that is said',
  (url) => {
    expect(urlOf({ SALLYPORT_STORAGE_URL: url })).toBe(url);
  },
);

it('is what a file says, so that the password is nowhere else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-url-'));
  const file = join(folder, 'url');
  writeFileSync(file, 'postgres://u:hunter2@h/d\n');
  expect(urlOf({ SALLYPORT_STORAGE_URL_FILE: file })).toBe('postgres://u:hunter2@h/d');
  rmSync(folder, { recursive: true });
});

it.each(['hunter2', 'mysql://u:hunter2@h/d', 'postgres:u:hunter2', 'sqlite:hunter2'])(
  'is refused without repeating it (%#)',
  (url) => {
    const load = () => urlOf({ SALLYPORT_STORAGE_URL: url });
    expect(load).toThrow('SALLYPORT_STORAGE_URL: neither sqlite: nor a postgres:// URL');
    expect(load).not.toThrow('hunter2');
  },
);
