import { type IncomingMessage, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { followed } from '../../support/secrets-world.js';
import { seedSecret } from '../../support/seed.js';
import { TokensWorld, allOfTokens, eventually } from '../../support/tokens-world.js';

let world: TokensWorld;
let owner: string;

beforeAll(async () => {
  world = await TokensWorld.start();
  const { installation } = world;
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'of-db-12345678' });
  owner = await installation.user('pay', 'owner', [allOfSecrets, allOfTokens]);
  await followed(installation, 'pay', (view) => view.get('db') !== undefined);
});

afterAll(() => world.stop());

class Stream {
  text = '';
  readonly ended: Promise<unknown>;

  private constructor(response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    response.on('error', () => undefined);
    this.ended = once(response, 'close');
  }

  static async open(token: string, path: string, accept: string): Promise<Stream> {
    const headers = { authorization: `Bearer ${token}`, accept };
    const outgoing = httpRequest(new URL(path, world.base), { agent: false, headers });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`${response.statusCode}`);
    return new Stream(response);
  }
}

it.each([
  ['streams', '/v1/namespaces/pay/secrets', 'text/event-stream'],
  [
    'watches of kubectl',
    '/kubernetes/api/v1/namespaces/pay/secrets?watch=true',
    'application/json',
  ],
])(
  '%s of a token deliver nothing once it was revoked, nor of its children',
  async (kind, ...at) => {
    const seen = `seen-by-${kind.slice(0, 5)}`;
    const late = `late-for-${kind.slice(0, 5)}`;
    const scope = { namespaces: ['pay'] };
    const parent = await eventually(() => world.mint(owner, { scope }));
    const child = await world.mint(parent.token, { scope });
    const [path, accept] = at;
    const streams = await eventually(() =>
      Promise.all([parent, child].map(({ token }) => Stream.open(token, path, accept))),
    );
    await seedSecret(world.installation, 'pay', seen, { a: 'of-seen-12345678' });
    await eventually(() => {
      for (const { text } of streams) expect(text).toContain(seen);
    });
    expect((await world.revoke(owner, parent.id)).status).toBe(200);
    await seedSecret(world.installation, 'pay', late, { a: 'of-late-12345678' });
    await Promise.all(streams.map(({ ended }) => ended));
    for (const { text } of streams) expect(text).not.toContain(late);
  },
);
