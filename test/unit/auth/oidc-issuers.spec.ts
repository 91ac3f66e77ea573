import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PresentedToken } from '../../../src/auth/credential-verifier.js';
import { OidcIssuers, type OidcSettings } from '../../../src/auth/oidc-issuers.js';
import { SecretValue } from '../../../src/core/secret-value.js';
import { entry, file, issuerUrl } from './domain/authenticator.builder.js';
import { ManualClock } from './manual-clock.js';

let dir: string;
let path: string;
let told: (string | undefined)[];
let issuers: OidcIssuers | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-auth-'));
  path = join(dir, 'auth.yaml');
  told = [];
});

afterEach(() => {
  issuers?.close();
  rmSync(dir, { recursive: true, force: true });
});

async function open(settings: Partial<OidcSettings> = {}): Promise<OidcIssuers> {
  const observer = {
    alarm: () => undefined,
    reloaded: (refusal?: string) => void told.push(refusal),
  };
  const all = { jwt: [], configFile: path, ...settings };
  issuers = await OidcIssuers.open(all, new ManualClock(), observer);
  return issuers;
}

const write = (text: unknown, to = path) =>
  writeFileSync(to, typeof text === 'string' ? text : JSON.stringify(text));

function trusts(opened: OidcIssuers, unverifiedIssuer: string): boolean {
  const token: PresentedToken = {
    value: SecretValue.fromBytes(Buffer.from('x')),
    unverifiedIssuer,
  };
  return opened.verifier.claims(token);
}

const other = 'https://other.test';
const fileOf = (url: string) => file(entry({ issuer: { url, audiences: ['a'] } }));

describe('a file that cannot be used at the start', () => {
  it.each<readonly [string, unknown, string]>([
    ['nothing in it', '', '(root): '],
    ['no YAML', 'a: [', '(root): '],
    ['an alias', 'a: &x 1\nb: *x', '(root): '],
    ['a member twice', 'kind: a\nkind: b', '(root): Map keys must be unique'],
    ['an unknown member', { ...file(), jwtt: [] }, '(root): Unrecognized key: "jwtt"'],
    ['a plain address', fileOf('http://a.test'), 'jwt[0].issuer.url: URL scheme must be https'],
    [
      'a broken expression',
      file(entry({ userValidationRules: [{ expression: 'user.' }] })),
      'jwt[0].userValidationRules[0].expression: does not parse: ',
    ],
  ])(
    'because of %s is told with its path and the reason, in one line',
    async (_what, text, said) => {
      write(text);
      const opening = open();
      await expect(opening).rejects.toMatchObject({ name: 'AuthenticationConfigError' });
      await expect(opening).rejects.toThrow(
        `the AuthenticationConfiguration ${path} cannot be used: ${said}`,
      );
      await expect(opening).rejects.toThrow(/^[^\n]*$/);
    },
  );

  it('because it is not there, or stands in the settings as well', async () => {
    await expect(open()).rejects.toThrow('(file): ENOENT');
    write(fileOf(issuerUrl));
    const claimMappings = { username: { claim: 'sub', prefix: '' } };
    const jwt = [{ issuer: { url: issuerUrl, audiences: ['a'] }, claimMappings }];
    await expect(open({ jwt })).rejects.toThrow('jwt[0].issuer.url: stands in auth.jwt, too');
  });
});

describe('a file that changes', () => {
  it('is taken, and what it trusted before is trusted no more', async () => {
    write(fileOf(issuerUrl));
    const opened = await open();
    expect([trusts(opened, issuerUrl), trusts(opened, other)]).toEqual([true, false]);
    write(fileOf(other), `${path}.new`);
    renameSync(`${path}.new`, path);
    await opened.reload();
    expect([trusts(opened, issuerUrl), trusts(opened, other)]).toEqual([false, true]);
    expect(told).toEqual([undefined]);
  });

  it('is seen where it is a link through the ..data folder of a ConfigMap', async () => {
    for (const [version, url] of [
      ['v1', issuerUrl],
      ['v2', other],
    ] as const) {
      mkdirSync(join(dir, version));
      write(fileOf(url), join(dir, version, 'auth.yaml'));
    }
    symlinkSync('v1', join(dir, '..data'));
    symlinkSync('..data/auth.yaml', path);
    const opened = await open();
    symlinkSync('v2', join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
    await opened.reload();
    expect([trusts(opened, issuerUrl), trusts(opened, other)]).toEqual([false, true]);
  });

  it.each<readonly [string, () => void]>([
    ['broken', () => write({ ...fileOf(other), kind: 'x' })],
    ['gone', () => rmSync(path)],
  ])('and is %s leaves the one before in use, and is told once', async (_what, damage) => {
    write(fileOf(issuerUrl));
    const opened = await open();
    damage();
    await opened.reload();
    await opened.reload();
    expect(trusts(opened, issuerUrl)).toBe(true);
    expect(opened.isCurrent).toBe(false);
    expect(told).toEqual([expect.stringContaining(path)]);
    write(fileOf(issuerUrl));
    await opened.reload();
    expect(opened.isCurrent).toBe(true);
    expect(told.at(-1)).toBeUndefined();
  });
});
