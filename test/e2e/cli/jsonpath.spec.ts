import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
  const file = join(world.folder, 'bytes');
  writeFileSync(file, Uint8Array.of(0, 255));
  await world.as('owner', `set db password=- tls.crt=@${file}`, { input: 's3cret & <more>' });
  const path = '/api/v1/namespaces/pay/secrets/db';
  const metadata = {
    labels: { app: 'shop', 'shop.example/tier': 'data' },
    annotations: { a: '<&>' },
  };
  await world.installation.cluster.request('PATCH', path, { metadata });
});
afterAll(() => world?.stop());

const get = (expression: string, ...options: readonly string[]) =>
  world.as('owner', ['get', 'db', '-o', `jsonpath=${expression}`, ...options]);
const kubectl = (expression: string) =>
  world.installation.cluster.kubectl([
    ...['get', 'secret', 'db', '-n', 'pay', '-o', `jsonpath=${expression}`],
  ]);

describe('sallyport get -o jsonpath', () => {
  it.each([
    '{.data.password}',
    '{.data.tls\\.crt}',
    "{.data['tls\\.crt']}",
    '{.data}',
    '{.data.absent}',
    '{.metadata.name}/{.metadata.namespace}{"\\n"}',
    '{.metadata.labels}',
    '{.metadata.labels.shop\\.example/tier}',
    '{.metadata.annotations.a}',
    '{.metadata.annotations}',
    '{.metadata.uid} {.metadata.resourceVersion} {.metadata.creationTimestamp}',
    '{.type}{"\\t"}{.kind}{.apiVersion}',
    '{.immutable}',
    '{range .metadata}{.name},{end}',
    "{['metadata']['name']}",
    '{$.type}',
    '{@.type}',
    'plain text {.kind} and {"{braces}"}',
  ])('prints %s as kubectl does', async (expression) => {
    const [{ code, out }, expected] = await Promise.all([
      get(expression, '--reveal'),
      kubectl(expression),
    ]);
    expect([code, out]).toEqual([0, expected]);
  });

  it.each(['{.data.password', '{end}', '{kind}', '{.kind[0]}'])(
    'refuses %s, as kubectl does',
    async (expression) => {
      expect(await get(expression, '--reveal')).toMatchObject({ code: 2, out: '' });
      await expect(kubectl(expression)).rejects.toThrow('failed');
    },
  );

  it('reads no values without --reveal', async () => {
    expect(await get('{.metadata.name}')).toMatchObject({ code: 0, out: 'db' });
    const refused = await get('{range .metadata}{$.data.password}{end}');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('use --reveal');
    expect(await get('{@}')).not.toMatchObject({ out: expect.stringContaining('czNj') });
  });

  it('takes an expression from a file, and an earlier version', async () => {
    const file = join(world.folder, 'expression');
    writeFileSync(file, '{.data.password}\n');
    const line = `get db --reveal --version 1 -o jsonpath-file=${file}`;
    const { code, out } = await world.as('owner', line);
    expect([code, atob(out)]).toEqual([0, 's3cret & <more>']);
  });

  it('names the forms that exist', async () => {
    const { code, err } = await world.as('owner', 'get db -o go-template={{.data}}');
    expect([code, err]).toEqual([2, expect.stringContaining('jsonpath=...')]);
  });
});
