import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtOnce, cacheDir } from '../cluster/built-once.js';
import { documentPath, toolFolder } from './api-document.js';
import { runOrFail, runProgram } from './run-program.js';

const installMsMax = 10 * 60_000;
const timeoutMs = 120_000;
const ruleset = join(toolFolder('spectral'), 'ruleset.yaml');
let spectral: string;
let folder: string;

beforeAll(async () => {
  spectral = join(await ensureSpectral(), 'node_modules/@stoplight/spectral-cli/dist/index.js');
  folder = mkdtempSync(join(tmpdir(), 'sallyport-spectral-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Installs Spectral as its lock file pins it, once, outside the checkout. */
async function ensureSpectral(): Promise<string> {
  const files = ['package.json', 'package-lock.json'];
  const hash = createHash('sha256');
  for (const name of files) hash.update(readFileSync(join(toolFolder('spectral'), name)));
  const version = hash.digest('hex').slice(0, 12);
  const installed = join(cacheDir(process.env), `spectral-${process.platform}-${version}`);
  await builtOnce(installed, async (unfinished) => {
    for (const name of files)
      copyFileSync(join(toolFolder('spectral'), name), join(unfinished, name));
    const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    await runOrFail('npm', options, { cwd: unfinished, timeoutMs: installMsMax });
  });
  return installed;
}

interface Finding {
  readonly code: string;
  readonly severity: number;
  readonly path: readonly string[];
}

async function findings(path: string): Promise<readonly Finding[]> {
  const options = ['lint', '--quiet', '--format', 'json', '--fail-severity', 'hint'];
  const all = [spectral, ...options, '--ruleset', ruleset, path];
  const { code, output, errorText } = await runProgram(process.execPath, all, { timeoutMs });
  // 1: there are findings; 2: Spectral could not check.
  if (code !== 0 && code !== 1) throw new Error(`Spectral ended with ${code}: ${errorText}`);
  return JSON.parse(output) as readonly Finding[];
}

it('Spectral has no errors, warnings or hints for the description', async () => {
  expect(await findings(documentPath)).toEqual([]);
});

it('Spectral finds an operation without a description', async () => {
  const path = join(folder, 'openapi.json');
  const document = JSON.parse(readFileSync(documentPath, 'utf8')) as {
    paths: Record<string, { get: { description?: string } }>;
  };
  delete document.paths['/v1/whoami']?.get.description;
  writeFileSync(path, JSON.stringify(document));
  expect(await findings(path)).toMatchObject([{ code: 'operation-description' }]);
});
