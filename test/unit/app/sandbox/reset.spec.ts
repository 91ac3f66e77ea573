import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder } from '../../../../src/app/sandbox/data-folder.js';
import {
  refuseClusterFolder,
  refuseSandboxFolder,
} from '../../../../src/app/sandbox/folder-owner.js';
import { resetDataFolder } from '../../../../src/app/sandbox/reset.js';
import { DataDirLock } from '../../../../src/platform/storage/data-dir-lock.js';

const state = [
  'sallyport.db',
  'sallyport.db-wal',
  'sallyport.db-shm',
  'idempotency.key',
  'sandbox.kubeconfig',
  'kubeconfig',
  'kubeconfig.01234567-89ab-cdef-0123-456789abcdef.tmp',
  'sandbox/objects.db',
  'sandbox/objects.db-wal',
  'sandbox/keys/ca.pem',
  'sandbox/keys/sa.key',
  'tls/ca.crt',
  'tls/ca.key',
  'tls/server.crt',
  'tls/server.key',
  'tokens/admin',
  'headers/key-reader',
  'headers/key-reader.01234567-89ab-cdef-0123-456789abcdef.tmp',
  'tls/ca.key.01234567-89ab-cdef-0123-456789abcdef.tmp',
];

let folder: DataFolder;

beforeEach(() => {
  folder = new DataFolder(mkdtempSync(join(tmpdir(), 'sallyport-reset-')));
});

afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    const file = join(folder.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path);
  }
}

function useAsSandbox(): void {
  DataDirLock.take(folder.sandbox).release();
}

const left = () =>
  readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'sallyport.lock')
    .map(({ name }) => name);

describe('a reset', () => {
  it('follows no link that somebody has put in place of a folder of ours', () => {
    useAsSandbox();
    put('elsewhere/ca.pem', 'elsewhere/sa.key');
    symlinkSync(join(folder.path, 'elsewhere'), join(folder.sandbox, 'keys'));
    expect(() => resetDataFolder(folder)).toThrow(/keys is a symbolic link/);
    expect(left()).toEqual(expect.arrayContaining(['ca.pem', 'sa.key']));
  });

  it('removes the state of sandbox and gateway', () => {
    useAsSandbox();
    put(...state);
    resetDataFolder(folder);
    expect(left()).toEqual([]);
    for (const path of [folder.tokens, folder.headers, folder.tls]) {
      expect(existsSync(path)).toBe(false);
    }
  });

  it('leaves what is not of its making', () => {
    useAsSandbox();
    put(...state);
    put('notes.txt', 'tokens/mine', 'tls/other.crt', 'sandbox/notes', 'dev/sallyport.db');
    resetDataFolder(folder);
    expect(left().toSorted()).toEqual(['mine', 'notes', 'notes.txt', 'other.crt', 'sallyport.db']);
  });

  it.each([
    ['a folder of somebody else', ['notes.txt', 'tokens/admin']],
    ['the folder of a gateway in front of a cluster', ['sallyport.db', 'idempotency.key']],
  ])('touches nothing in %s', (_what, files) => {
    put(...files);
    expect(() => resetDataFolder(folder)).toThrow('is not the data folder of a sandbox');
    expect(left()).toHaveLength(files.length);
  });

  it('has nothing to do where there is no folder, or nothing in it', () => {
    resetDataFolder(folder);
    rmSync(folder.path, { recursive: true });
    resetDataFolder(folder);
    expect(existsSync(folder.path)).toBe(false);
  });

  it('touches nothing while another process runs on the folder', () => {
    useAsSandbox();
    put(...state);
    const lock = DataDirLock.take(folder.sandbox);
    expect(() => resetDataFolder(folder)).toThrow(
      `another Sallyport process uses the data folder ${folder.path}: `,
    );
    lock.release();
    expect(left()).toHaveLength(state.length);
  });
});

describe('a data folder', () => {
  it('of a cluster is not used for a sandbox', () => {
    put('sallyport.db');
    expect(() => refuseClusterFolder(folder)).toThrow('is that of a gateway in front of a cluster');
  });

  it('of a sandbox is not used in front of a cluster', () => {
    useAsSandbox();
    expect(() => refuseSandboxFolder(folder.path)).toThrow('is that of a sandbox');
  });

  it('is used for whatever comes first, and for that again', () => {
    refuseClusterFolder(folder);
    refuseSandboxFolder(folder.path);
    useAsSandbox();
    put('sallyport.db');
    refuseClusterFolder(folder);
  });
});
