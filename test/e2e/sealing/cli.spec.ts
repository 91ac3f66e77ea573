import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { sealedSecret } from '../../support/sealed-secrets.js';
import { SecretsWorld } from '../../support/secrets-world.js';

const namespace = 'applied';
let world: SecretsWorld<'writer' | 'nobody'>;
let certificate: string;
let url: string;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-sealed-apply-'));
  world = await SecretsWorld.start(namespace, ['writer', 'nobody']);
  [url = ''] = await world.installation.gateway.listen();
  certificate = (await world.as('writer').get('/v1/sealing/certificate')).text;
  for (const role of ['writer', 'nobody'] as const) {
    writeFileSync(join(dir, role), `Authorization: Bearer ${world.tokens[role]}\n`);
    chmodSync(join(dir, role), 0o600);
  }
});
afterAll(async () => {
  await world?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function write(file: string, name: string, format: 'json' | 'yaml', change: object = {}): string {
  const sealed = sealedSecret({ certificate, namespace, name, values: { password: 'p-12345' } });
  const manifest = { ...sealed, metadata: { ...sealed.metadata, ...change } };
  const path = join(dir, file);
  writeFileSync(path, format === 'json' ? JSON.stringify(manifest) : stringify(manifest));
  return path;
}

async function apply(...args: readonly string[]) {
  const told = { out: '', err: '' };
  const code = await run(['sealed', 'apply', ...args], {
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    isTerminal: false,
  });
  return { code, ...told };
}

const as = (role: 'writer' | 'nobody') => ['--header-file', join(dir, role)];

describe('sallyport sealed apply', () => {
  it('applies manifests in JSON and YAML, and says what became of each', async () => {
    const files = [write('a.json', 'a', 'json'), write('b.yaml', 'b', 'yaml')];
    const [first = '', second = ''] = files;
    const created = { code: 0, out: `${first}: created\n${second}: created\n`, err: '' };
    expect(await apply(url, ...files, '--dry-run', ...as('writer'))).toEqual(created);
    expect(await world.stored('a')).toBeUndefined();
    expect(await apply(url, ...files, ...as('writer'))).toEqual(created);
    expect(await world.values('b')).toEqual({ password: 'p-12345' });
    expect((await apply(url, first, ...as('writer'))).out).toBe(`${first}: applied\n`);
  });

  it('goes on after a manifest that the gateway refuses, and ends with 1', async () => {
    const renamed = write('c.json', 'c', 'json', { name: 'other' });
    const good = write('d.json', 'd', 'json');
    const { code, out, err } = await apply(url, renamed, good, ...as('writer'));
    expect([code, out]).toEqual([1, `${good}: created\n`]);
    expect(err).toMatch(/c\.json: Invalid: \/spec\/encryptedData\/password: cannot be opened/);
    const denied = await apply(url, good, ...as('nobody'));
    expect(denied).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Forbidden') });
  });

  it('sends nothing if one of the files is no manifest, or the call is wrong', async () => {
    const good = write('e.json', 'e', 'json');
    const broken = join(dir, 'broken.yaml');
    writeFileSync(broken, 's3cret: [\n');
    const nowhere = write('f.yaml', 'f', 'yaml', { namespace: undefined });
    for (const args of [
      [url, good, broken],
      [url, good, nowhere],
      [url, good, join(dir, 'absent')],
      [url],
      [good],
    ]) {
      const { code, err } = await apply(...args, ...as('writer'));
      expect(code).toBe(2);
      expect(err).not.toContain('s3cret');
    }
    expect(await world.stored('e')).toBeUndefined();
    const { code } = await apply(url, nowhere, '--namespace', namespace, ...as('writer'));
    expect(code).toBe(0);
  });

  it('prints no control characters of what answers', async () => {
    const problem = { code: 'Invalid', detail: 'a\u001b[2Jb\nc' };
    const server = createServer((_, response) =>
      response.writeHead(422).end(JSON.stringify(problem)),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const file = write('g.json', 'g', 'json');
    const { code, err } = await apply(`http://127.0.0.1:${port}`, file);
    server.close();
    expect([code, err]).toEqual([1, `${file}: Invalid: a [2Jb c\n`]);
  });
});
