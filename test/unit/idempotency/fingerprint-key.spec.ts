import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FingerprintKey } from '../../../src/idempotency/fingerprint-key.js';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-fingerprints-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('keeps the key of a data folder, for its owner alone', () => {
  const first = FingerprintKey.open(dataDir);
  const path = join(dataDir, 'idempotency.key');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path)).toHaveLength(32);
  expect(FingerprintKey.open(dataDir).fingerprint('x')).toEqual(first.fingerprint('x'));
  expect(FingerprintKey.open(mkdtempSync(join(dataDir, 'other-'))).fingerprint('x')).not.toEqual(
    first.fingerprint('x'),
  );
});

it('refuses a key that was cut', () => {
  writeFileSync(join(dataDir, 'idempotency.key'), 'short');
  expect(() => FingerprintKey.open(dataDir)).toThrow('is damaged');
});

it('derives one key from the same password and seed, and another from others', () => {
  const fingerprint = (password: string, seed: number) =>
    FingerprintKey.derive(password, new Uint8Array(32).fill(seed)).fingerprint('x');
  expect(fingerprint('p', 1)).toEqual(fingerprint('p', 1));
  expect(fingerprint('p', 1)).not.toEqual(fingerprint('q', 1));
  expect(fingerprint('p', 1)).not.toEqual(fingerprint('p', 2));
  expect(fingerprint('', 1)).toHaveLength(32);
});
