import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { facadeOf } from '../../e2e/kubectl/facade-watch.js';
import { LibraryWorld, namespace } from '../../e2e/kubectl/library-world.js';
import { SocketWatch } from '../../e2e/kubectl/socket-watch.js';
import { seedSecret } from '../../support/seed.js';

let world: LibraryWorld;

beforeAll(async () => {
  world = await LibraryWorld.start();
  await seedSecret(world.installation, namespace, 'db', { password: 'of-db-12345678' });
});

afterAll(() => world.stop());

describe('a watch over WebSocket', () => {
  it('has the messages, the subprotocol and the close of the API server', async () => {
    const { cluster } = world.installation;
    const token = await cluster.createToken({ namespace, serviceAccount: 'app' });
    const ca = readFileSync(cluster.caFile, 'utf8');
    // The API server answers no program that names no origin.
    const options = {
      tokenAs: 'subprotocol',
      query: '?watch=true&timeoutSeconds=2',
      headers: { origin: cluster.url },
    } as const;
    const direct = await SocketWatch.open({ url: cluster.url, ca, token }, options);
    const through = await SocketWatch.open(facadeOf(world), { ...options, headers: {} });
    for (const watch of [direct, through]) await watch.next('ADDED', 'db');
    expect(through.texts).toEqual(direct.texts);
    expect(through.protocol).toBe(direct.protocol);
    expect(await through.closed).toBe(await direct.closed);
  });
});
