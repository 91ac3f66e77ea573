import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureGoPrograms } from '../cluster/go-programs.js';
import { documentPath, formerDocument, toolFolder } from './api-document.js';
import { type BreakingChange, listedChanges, unlistedChanges } from './breaking-changes.js';
import { runOrFail } from './run-program.js';

const timeoutMs = 60_000;
let oasdiff: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-oasdiff-'));
  const programs = await ensureGoPrograms(
    {
      moduleDir: toolFolder('oasdiff'),
      versionOf: 'github.com/oasdiff/oasdiff',
      name: 'oasdiff',
      title: 'oasdiff',
      duration: '1 minute',
      packages: ['github.com/oasdiff/oasdiff'],
    },
    process.env,
  );
  oasdiff = join(programs, 'oasdiff');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function breakingChanges(former: string): Promise<readonly BreakingChange[]> {
  const file = join(folder, 'former.json');
  writeFileSync(file, former);
  const options = ['breaking', '--format', 'json', file, documentPath];
  const changes: unknown = JSON.parse(await runOrFail(oasdiff, options, { timeoutMs }));
  return changes as readonly BreakingChange[];
}

it('the page of breaking changes names each of the last change of the description', async () => {
  const former = await formerDocument(readFileSync(documentPath, 'utf8'));
  const found = await breakingChanges(former.text);
  const options = [
    'changelog',
    '--format',
    'singleline',
    join(folder, 'former.json'),
    documentPath,
  ];
  const changelog = await runOrFail(oasdiff, options, { timeoutMs });
  console.log(`changes of the API since ${former.commit}:\n${changelog}`);
  const listed = listedChanges(readFileSync('docs/api/breaking-changes.md', 'utf8'));
  expect(unlistedChanges(found, listed)).toEqual([]);
});

it('the comparison finds a removed operation', async () => {
  const document = JSON.parse(readFileSync(documentPath, 'utf8')) as {
    paths: Record<string, unknown>;
  };
  document.paths['/v1/removed'] = {
    get: { operationId: 'getRemoved', responses: { 204: { description: 'Nothing.' } } },
  };
  const found = await breakingChanges(JSON.stringify(document));
  expect(found).toMatchObject([{ id: 'api-path-removed-without-deprecation' }]);
  expect(unlistedChanges(found, [])).toEqual(found);
});
