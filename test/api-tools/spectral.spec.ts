import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentPath, toolFolder } from './api-document.js';
import { ensureNpmTool } from './npm-tools.js';
import { runProgram } from './run-program.js';

const timeoutMs = 120_000;
const ruleset = join(toolFolder('spectral'), 'ruleset.yaml');
let spectral: string;
let folder: string;

beforeAll(async () => {
  spectral = join(
    await ensureNpmTool('spectral'),
    'node_modules/@stoplight/spectral-cli/dist/index.js',
  );
  folder = mkdtempSync(join(tmpdir(), 'sallyport-spectral-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
