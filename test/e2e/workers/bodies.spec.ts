import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { send } from '../../support/raw-http.js';
import { UnfinishedBodies } from '../http/unfinished-bodies.js';
import { WorkersWorld, namespace, secretsPath } from './workers-world.js';

const announcedBytes = 6_800_000;
const begunCount = 40;
const bodies = new UnfinishedBodies();

let world: WorkersWorld;
let base: string;

beforeAll(async () => {
  world = await WorkersWorld.open({ workers: 2 });
  base = (await world.gateway()).url;
});
afterEach(() => bodies.end());
afterAll(() => world.close());

it('unfinished bodies of one user take one share, whichever worker passes them on', async () => {
  const token = await world.installation.user(namespace, 'stranger', []);
  const path = `${secretsPath}/a`;
  for (let begun = 0; begun < begunCount; begun += 1) {
    bodies.begin(base, { method: 'PUT', path, token, announcedBytes });
  }
  const refused = begunCount - Math.floor(limits.bodiesOfUserBytesMax / announcedBytes);
  await expect.poll(() => bodies.answers.length, { timeout: 20_000 }).toBe(refused);
  for (const answer of bodies.answers) expect(answer).toMatch(/^HTTP\/1\.1 429 /);
  const body = { stringData: { a: '1' } };
  const written = await send(base, { method: 'PUT', path, token: world.token, body });
  expect(written.status).toBe(201);
});
