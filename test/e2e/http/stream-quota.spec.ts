import { type IncomingMessage, request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cacheLimits } from '../../../src/core/cache-limits.js';
import { kubectlLimits } from '../../../src/core/kubectl-limits.js';
import { limits } from '../../../src/core/limits.js';
import { SecretWaits } from '../../../src/secrets/read/secret-waits.js';
import { changeLimits } from '../../support/changed-limits.js';
import { allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { followed } from '../../support/secrets-world.js';
import { seedSecret } from '../../support/seed.js';
import { SocketClient } from '../../support/socket-client.js';
import { TokensWorld, allOfTokens, eventually } from '../../support/tokens-world.js';

// As in the gateway itself, and so few that a test can take all of them.
changeLimits([limits, cacheLimits, kubectlLimits], {
  ...{ streamsMax: 40, streamsPerUserMax: 3, streamsPerAddressMax: 5 },
  ...{ waitsMax: 40, waitsPerUserMax: 3, waitsPerAddressMax: 5 },
  ...{ socketsMax: 40, socketsPerUserMax: 4, socketsPerAddressMax: 6 },
  ...{ kubectlWatchesMax: 40, kubectlWatchesPerUserMax: 3, kubectlWatchesPerAddressMax: 5 },
  kubectlWatchesPerNamespaceMax: 8,
});

const secrets = '/v1/namespaces/pay/secrets';
const subscription = 'subscription { secretChanged(namespace: "pay") { type } }';

let world: TokensWorld;
let etag: string;
const opened: Opened[] = [];
let count = 0;

beforeAll(async () => {
  world = await TokensWorld.start({ listen: { port: 0, trustedProxies: ['127.0.0.1'] } });
  await world.installation.serve('pay');
  await seedSecret(world.installation, 'pay', 'db', { password: 'of-db-12345678' });
  await followed(world.installation, 'pay', (view) => view.get('db') !== undefined);
  const { token } = await ownerOf();
  await eventually(async () => {
    const answer = await send(world.base, { path: `${secrets}/db`, token });
    if (answer.status !== 200) throw new Error('not to be read yet');
    etag = answer.headers.etag ?? '';
  });
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});
afterAll(() => world.stop());

/** What came of it: 200 or 101 where a place was taken. */
interface Opened {
  readonly status: number;
  readonly retryAfter?: string | undefined;
  close(): void;
}

interface Client {
  readonly token: string;
  /** As its proxy says. */
  readonly from: string;
}

interface Owner {
  readonly token: string;
  /** Another token of this owner. */
  mint(): Promise<string>;
}

async function ownerOf(): Promise<Owner> {
  count += 1;
  const token = await world.installation.user('pay', `owner-${count}`, [allOfSecrets, allOfTokens]);
  const scope = { namespaces: ['pay'] };
  return { token, mint: async () => (await world.mint(token, { scope })).token };
}

/** An address that no other test has. */
function newAddress(): string {
  count += 1;
  return `198.51.100.${count}`;
}

/** Sends a request; resolves with its response, or where it has none yet, once `isTaken`. */
async function begin(
  { token, from }: Client,
  path: string,
  { headers = {}, isTaken }: { readonly headers?: object; readonly isTaken?: () => boolean } = {},
): Promise<Opened> {
  const outgoing = httpRequest(new URL(path, world.base), {
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': from, ...headers },
  });
  const close = (): void => void outgoing.destroy();
  const answered = new Promise<Opened>((resolve, reject) => {
    outgoing.on('response', (response: IncomingMessage) => {
      response.on('error', () => undefined).resume();
      const { statusCode: status = 0, headers: fields } = response;
      resolve({ status, retryAfter: fields['retry-after'], close });
    });
    outgoing.on('error', reject);
  });
  answered.catch(() => undefined);
  outgoing.end();
  if (isTaken === undefined) return answered;
  const taken = eventually(() => expect(isTaken()).toBe(true));
  return Promise.race([answered, taken.then(() => ({ status: 200, close }))]);
}

/** Waits that this file has not closed. */
const waiting = new Set<Opened>();

async function beginWait(client: Client): Promise<Opened> {
  const waits = world.installation.gateway.app.get(SecretWaits, { strict: false });
  const before = waiting.size;
  // The gateway learns later of those that were closed.
  await eventually(() => expect(waits.size).toBe(before));
  const one = await begin(client, `${secrets}/db?waitSeconds=60`, {
    headers: { 'if-none-match': etag },
    isTaken: () => waits.size > before,
  });
  if (one.status !== 200) return one;
  const wait: Opened = {
    ...one,
    close: () => {
      waiting.delete(wait);
      one.close();
    },
  };
  waiting.add(wait);
  return wait;
}

async function subscribe({ token, from }: Client): Promise<Opened> {
  const client = await SocketClient.open(world.base, {
    ...{ token, headers: { 'x-forwarded-for': from } },
  });
  client.send({ type: 'connection_init' });
  await client.frame(({ type }) => type === 'connection_ack');
  client.subscribe('1', subscription);
  const frame = await client.frame(({ id }) => id === '1');
  const { errors } = Object(frame.payload);
  const [error] = frame.type === 'error' ? [frame.payload].flat() : (errors ?? []);
  const status = error === undefined ? 200 : Number(Object(error).extensions.status);
  if (status !== 200) client.close();
  return { status, close: () => client.close() };
}

async function connect({ token, from }: Client): Promise<Opened> {
  const options = { token, headers: { 'x-forwarded-for': from } };
  const client = new SocketClient(world.base, options);
  const { promise, resolve } = Promise.withResolvers<Opened>();
  client.socket.on('error', () => undefined);
  client.socket.once('open', () => resolve({ status: 101, close: () => client.close() }));
  client.socket.once('unexpected-response', (_request, response: IncomingMessage) => {
    const { statusCode: status = 0, headers } = response;
    response.destroy();
    resolve({ status, retryAfter: headers['retry-after'], close: () => undefined });
  });
  return promise;
}

interface Kind {
  readonly name: string;
  readonly open: (client: Client) => Promise<Opened>;
  readonly ofOwner: number;
  readonly ofAddress: number;
  /** A frame of a subscription has no header. */
  readonly retryAfter: string | undefined;
}

const retryAfter = '1';
const three = { ofOwner: 3, ofAddress: 5 };
const kinds: readonly Kind[] = [
  {
    name: 'streams over REST',
    open: (client) => begin(client, secrets, { headers: { accept: 'text/event-stream' } }),
    ...{ ...three, retryAfter },
  },
  { name: 'waits over REST', open: beginWait, ...three, retryAfter },
  { name: 'subscriptions over GraphQL', open: subscribe, ...three, retryAfter: undefined },
  { name: 'connections over GraphQL', open: connect, ofOwner: 4, ofAddress: 6, retryAfter },
  {
    name: 'watches of kubectl',
    open: (client) =>
      begin(
        client,
        '/kubernetes/api/v1/namespaces/pay/secrets?watch=true&allowWatchBookmarks=true',
      ),
    ...{ ...three, retryAfter },
  },
];

describe.each(kinds)('$name', ({ open, ofOwner, ofAddress, retryAfter: expected }) => {
  async function opens(client: Client): Promise<Opened> {
    const one = await open(client);
    opened.push(one);
    expect([200, 101]).toContain(one.status);
    return one;
  }

  async function isRefused(client: Client): Promise<void> {
    const one = await open(client);
    opened.push(one);
    expect([one.status, one.retryAfter]).toEqual([429, expected]);
  }

  it('are bounded for an owner, from whichever address and by whichever token', async () => {
    const [owner, other] = [await ownerOf(), await ownerOf()];
    const first = await opens({ token: owner.token, from: newAddress() });
    for (let taken = 1; taken < ofOwner; taken += 1) {
      await opens({ token: await owner.mint(), from: newAddress() });
    }
    const next = { token: await owner.mint(), from: newAddress() };
    await isRefused(next);
    await isRefused({ token: owner.token, from: newAddress() });
    await opens({ token: other.token, from: next.from });
    first.close();
    await eventually(async () => opens(next));
    await isRefused({ token: await owner.mint(), from: newAddress() });
  });

  it('are bounded for an address, however many owners are there', async () => {
    const from = newAddress();
    const owners = await Promise.all(Array.from({ length: ofAddress + 1 }, ownerOf));
    const taken: Opened[] = [];
    for (const { token } of owners.slice(0, ofAddress)) taken.push(await opens({ token, from }));
    const next = { token: owners.at(-1)?.token ?? '', from };
    await isRefused(next);
    const elsewhere = await opens({ token: next.token, from: newAddress() });
    elsewhere.close();
    taken[0]?.close();
    await eventually(async () => opens(next));
    await isRefused({ token: owners[0]?.token ?? '', from });
  });
});

it('watches of kubectl are bounded for a namespace, and leave room for another one', async () => {
  await world.installation.serve('pay2');
  const watch = (client: Client, namespace: string) =>
    begin(client, `/kubernetes/api/v1/namespaces/${namespace}/secrets?watch=true`);
  const statuses: number[] = [];
  for (let taken = 0; taken < 9; taken += 1) {
    const { token } = await ownerOf();
    const one = await watch({ token, from: newAddress() }, 'pay');
    opened.push(one);
    statuses.push(one.status);
  }
  expect(statuses).toEqual([...Array.from({ length: 8 }, () => 200), 429]);
  const token = await world.installation.user('pay2', 'owner', [allOfSecrets]);
  const elsewhere = async () => {
    const one = await watch({ token, from: newAddress() }, 'pay2');
    opened.push(one);
    expect(one.status).toBe(200);
  };
  await eventually(elsewhere);
});
