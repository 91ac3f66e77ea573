import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { virtual } from '../../support/tokens-world.js';

const run = promisify(execFile);
const hooks = ['--import', resolve('test/ts-hooks.mjs')];
const client = pathToFileURL(resolve('packages/client/src/index.ts')).href;

let installation: TestInstallation;
let folder: string;
let url: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [url = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  folder = mkdtempSync(join(tmpdir(), 'sallyport-client-readme-'));
  const versions = virtual('secretversions', 'get', 'list', 'create');
  const restore = { ...versions, resources: ['secretversions/restore'] };
  const rules = [allOfSecrets, versions, restore];
  writeFileSync(join(folder, 'token'), await installation.user('pay', 'app', rules));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await installation?.stop();
});

it('the examples of the README are one program that works', async () => {
  const readme = readFileSync('packages/client/README.md', 'utf8');
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
  expect(blocks).toHaveLength(10);
  const program = blocks
    .join('\n')
    .replaceAll("'default'", "'pay'")
    .replace("'@sallyport/client'", JSON.stringify(client));
  const file = join(folder, 'program.mts');
  writeFileSync(file, program);
  const environment = {
    PATH: process.env['PATH'],
    SALLYPORT_URL: url,
    SALLYPORT_TOKEN_FILE: join(folder, 'token'),
  };
  const { stdout } = await run(process.execPath, [...hooks, file], { env: environment });
  expect(stdout.split('\n')).toEqual([
    '[SecretBytes] 14',
    'orders',
    'the password has 15 bytes',
    'orders 2',
    'added orders',
    'NotFound 404 string',
    '',
  ]);
}, 60_000);
