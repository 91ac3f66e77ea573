import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureKubeseal } from '../../kubeseal/kubeseal.js';
import { SecretsWorld } from '../../support/secrets-world.js';

const namespace = 'kubeseal';
const path = `/v1/namespaces/${namespace}/sealedsecrets`;
const text = 'p@ss/word "quoted"\nsecond line ü';
const mediaTypes = { json: 'application/json', yaml: 'application/yaml' } as const;
let world: SecretsWorld<'writer'>;
let kubeseal: string;
let dir: string;

beforeAll(async () => {
  kubeseal = await ensureKubeseal();
  dir = mkdtempSync(join(tmpdir(), 'sallyport-kubeseal-'));
  world = await SecretsWorld.start(namespace, ['writer']);
  const certificate = await world.as('writer').get('/v1/sealing/certificate');
  writeFileSync(join(dir, 'cert.pem'), certificate.text);
});
afterAll(async () => {
  await world?.stop();
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
});

/** Runs kubeseal with the gateway's certificate; returns what it prints. */
async function run(options: readonly string[], input: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const all = ['--cert', join(dir, 'cert.pem'), ...options];
  const child = execFile(kubeseal, all, { timeout: 20_000 }, (error, output, errorText) => {
    if (error === null) resolve(output);
    else reject(new Error(errorText));
  });
  // Closes the pipe unread if its arguments suffice: then its exit code says how it ended.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return promise;
}

function secret(name: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { app: 'db' } },
    type: 'Opaque',
    stringData: { password: text },
    data: { bytes: 'AP8K' },
  });
}

function apply(manifest: string, mediaType: string) {
  return world.as('writer').post(path, manifest, { 'content-type': mediaType });
}

/** Guarantee: what the project's own program writes is accepted as it is. */
describe('kubeseal', () => {
  it('is the released program', async () => {
    expect(await run(['--version'], '')).toBe('kubeseal version: v0.27.1\n');
  });

  for (const scope of ['strict', 'namespace-wide', 'cluster-wide'] as const) {
    it.each(['json', 'yaml'] as const)(`seals with scope ${scope} in %s`, async (format) => {
      const name = `${scope}-${format}`;
      const manifest = await run(['--scope', scope, '--format', format], secret(name));
      expect(manifest).not.toContain('p@ss');
      const answer = await apply(manifest, mediaTypes[format]);
      expect(answer).toMatchObject({ status: 201, body: { name, labels: { app: 'db' } } });
      const { data } = (await world.stored(name)) ?? {};
      expect(data).toEqual({ bytes: 'AP8K', password: Buffer.from(text).toString('base64') });
    });
  }

  it('binds what it seals with strict scope to the name', async () => {
    const manifest = await run(['--scope', 'strict', '--format', 'yaml'], secret('bound'));
    const renamed = manifest.replaceAll('name: bound', 'name: other');
    expect(await apply(renamed, mediaTypes.yaml)).toMatchObject({ status: 422 });
    expect(await world.stored('other')).toBeUndefined();
  });

  it('adds a value to a manifest by --merge-into', async () => {
    const file = join(dir, 'merged.json');
    writeFileSync(file, await run(['--format', 'json'], secret('merged')));
    const more = secret('merged').replace('password:', 'token:');
    await run(['--format', 'json', '--merge-into', file], more);
    expect((await apply(readFileSync(file, 'utf8'), mediaTypes.json)).status).toBe(201);
    expect(Object.keys((await world.values('merged')) ?? {})).toEqual([
      'bytes',
      'password',
      'token',
    ]);
  });

  it('seals a single value by --raw', async () => {
    writeFileSync(join(dir, 'value'), 'p-12345');
    const place = ['--namespace', namespace, '--name', 'raw', '--from-file', join(dir, 'value')];
    const value = await run(['--raw', ...place], '');
    const manifest = {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'raw', namespace },
      spec: { encryptedData: { password: value.trim() } },
    };
    expect((await apply(JSON.stringify(manifest), mediaTypes.json)).status).toBe(201);
    expect(await world.values('raw')).toEqual({ password: 'p-12345' });
  });
});
