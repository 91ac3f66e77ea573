import { afterAll, beforeAll, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { WorkersWorld, secretsPath } from './workers-world.js';

let world: WorkersWorld;

beforeAll(async () => {
  world = await WorkersWorld.open();
  await world.gateway();
});

afterAll(async () => {
  await world.close();
});

it('answers writes, lists and unknown paths as one process does', async () => {
  const made = await world.call({
    method: 'POST',
    path: secretsPath,
    body: { name: 'made', stringData: { a: '1' } },
  });
  expect(made.status, made.text).toBe(201);
  const read = await world.call({ path: `${secretsPath}/made` });
  expect(read.json()).toMatchObject({ stringData: { a: '1' } });
  const listed = await world.call({ path: secretsPath });
  expect(listed.json()).toMatchObject({ items: [{ name: 'made' }] });
  expect(await world.call({ path: '/nowhere' })).toMatchObject({ status: 404 });
  expect(await world.call({ path: secretsPath, token: undefined })).toMatchObject({ status: 401 });
  const { healthUrl } = await world.gateway();
  const report = await send(healthUrl, { path: '/readyz?verbose' });
  expect(report.text).toContain('workers: 2 answer');
});
