import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReaderWorld } from '../docs/reader-world.js';
import { findingCounts, unknownFindings } from './known-findings.js';
import { fuzz } from './schemathesis.js';

/** `admin` of the sandbox receives all rights, so that each operation is carried out. */
const setUp = `
kubectl create clusterrole everything --verb='*' --resource='*.*'
kubectl create clusterrolebinding everything --clusterrole=everything --serviceaccount=people:admin
curl -fsS -o answer.json -H @.sallyport/headers/admin --json '{
  "name": "db", "stringData": {"username": "app", "password": "correct horse"}}' \\
  http://127.0.0.1:8420/v1/namespaces/default/secrets
`;
let world: ReaderWorld;
let folder: string;

beforeAll(async () => {
  world = await ReaderWorld.start();
  const { code, errorText } = await world.run(setUp);
  if (code !== 0) throw new Error(errorText);
  folder = mkdtempSync(join(tmpdir(), 'sallyport-schemathesis-'));
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('schemathesis finds nothing that is not listed with a reason', async () => {
  const token = readFileSync(world.path('.sallyport/tokens/admin'), 'utf8').trim();
  const run = await fuzz({ url: world.url, token, namespace: 'default' }, folder);
  console.log(run.summary, `${run.requests} requests, ${run.findings.length} findings`);
  console.log(findingCounts(run.findings));
  expect(run.requests).toBeGreaterThan(1_500);
  expect(unknownFindings(run.findings)).toEqual([]);
});
