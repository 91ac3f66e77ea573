import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seedSecret } from '../../support/seed.js';
import { send } from '../../support/raw-http.js';
import { eventually } from '../../support/tokens-world.js';
import { facadeOf, RawWatch } from './facade-watch.js';
import { LibraryWorld, namespace } from './library-world.js';
import { SocketWatch } from './socket-watch.js';

const secrets = `/api/v1/namespaces/${namespace}/secrets`;

let world: LibraryWorld;
let opened: SocketWatch[] = [];

beforeAll(async () => {
  world = await LibraryWorld.start();
  await seedSecret(world.installation, namespace, 'db', { password: 'of-db-12345678' });
  await seedSecret(world.installation, namespace, 'other', { password: 'of-other-12345678' });
});

afterAll(() => world.stop());

afterEach(() => {
  for (const watch of opened) watch.close();
  opened = [];
});

async function open(token = world.token): Promise<SocketWatch> {
  const watch = await SocketWatch.open(facadeOf(world, token));
  opened.push(watch);
  return watch;
}

async function change(value: string, name = 'db'): Promise<void> {
  const body = { stringData: { password: value } };
  const answer = await world.installation.cluster.request('PATCH', `${secrets}/${name}`, body);
  expect(answer.status).toBe(200);
}

describe('a watch over WebSocket', () => {
  it('sends the events of a plain watch, one text message each', async () => {
    const plain = await RawWatch.open(facadeOf(world));
    const watch = await open();
    await plain.next('ADDED', 'other');
    await watch.next('ADDED', 'other');
    await change('first');
    await plain.next('MODIFIED', 'db');
    await watch.next('MODIFIED', 'db');
    plain.close();
    const sorted = (texts: readonly string[]) => texts.map((text) => text.trim()).toSorted();
    expect(sorted(watch.texts)).toEqual(sorted(plain.lines.map(({ text }) => text)));
  });

  it('records its start, each Secret that it shows, and its end', async () => {
    const watch = await open();
    await watch.next('ADDED', 'db');
    watch.close();
    await eventually(async () => {
      const events = await world.events();
      const own = events.filter(({ auditId, parentId }) =>
        [auditId, parentId].includes(watch.auditId),
      );
      expect(own.map(({ action, secret }) => `${action} ${secret ?? ''}`).toSorted()).toEqual([
        'secrets.reveal db',
        'secrets.reveal other',
        'secrets.watch ',
        'secrets.watch ',
      ]);
    });
  });

  it('shows a narrowed token only its Secrets', async () => {
    const { token } = await world.mint({ secrets: ['other'] });
    const watch = await open(token);
    await watch.next('ADDED', 'other');
    await change('second');
    await change('changed', 'other');
    await watch.next('MODIFIED', 'other');
    expect(watch.frames.map(({ object }) => object.metadata.name)).not.toContain('db');
  });

  it('takes the token as a subprotocol, as browsers must send it', async () => {
    const place = facadeOf(world);
    const watch = await SocketWatch.open(place, { tokenAs: 'subprotocol' });
    opened.push(watch);
    await watch.next('ADDED', 'db');
    expect(watch.protocol).toBe('base64.binary.k8s.io');
  });

  it('ends with its token, by a normal close', async () => {
    const { token, id } = await world.mint();
    const watch = await open(token);
    await watch.next('ADDED', 'db');
    const call = { method: 'DELETE', path: `/v1/tokens/${id}`, token: world.token };
    expect((await send(world.plain, call)).status).toBeLessThan(300);
    expect(await watch.closed).toBe(1000);
  });

  it.each([
    ['without a credential', { tokenAs: 'nothing' }, 401],
    ['from a page of another origin', { headers: { origin: 'https://evil.example' } }, 403],
    ['with a version of before', { protocolVersion: 8 }, 400],
  ] as const)('is refused with a Status %s', async (_name, options, status) => {
    const refused = await SocketWatch.refusal(facadeOf(world), options);
    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.text)).toMatchObject({ kind: 'Status', code: status });
  });

  it('is refused with the 403 of the API server without the right', async () => {
    const token = await world.installation.user(namespace, 'stranger', []);
    const refused = await SocketWatch.refusal(facadeOf(world, token));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('cannot watch resource');
  });

  it('is no other request: a list is answered without it', async () => {
    const refused = await SocketWatch.refusal(facadeOf(world), { query: '' });
    expect(refused.status).toBe(200);
    expect(JSON.parse(refused.text)).toMatchObject({ kind: 'SecretList' });
  });
});
