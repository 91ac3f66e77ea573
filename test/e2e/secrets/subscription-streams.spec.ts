import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { SecretsService } from '../../../src/secrets/secrets.service.js';
import { ChangeStreamQuota } from '../../../src/secrets/watch/change-stream-quota.js';
import { changeLimits } from '../../support/changed-limits.js';
import { partOf } from '../../support/part-of.js';
import { SecretsWorld, auditEventsOf } from '../../support/secrets-world.js';

interface Change {
  readonly type: string;
  readonly cursor: string;
  readonly changedKeys: readonly string[] | null;
  readonly secret: null | { readonly name: string };
}

const query = `subscription ($namespace: String!, $name: String, $after: String) {
  secretChanged(namespace: $namespace, name: $name, after: $after) {
    type cursor changedKeys secret { name } } }`;
const EVENTS = 'text/event-stream';

let world: SecretsWorld<'owner' | 'reader' | 'auditor'>;
let url: string;

beforeAll(async () => {
  world = await SecretsWorld.start('subscription-streams', ['owner', 'reader', 'auditor']);
  [url = ''] = await world.installation.gateway.listen();
});
afterAll(() => world.stop());

interface Sent {
  readonly as?: 'owner' | 'reader';
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

function post(body: object, { as = 'owner', accept = EVENTS, signal }: Sent = {}) {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      accept,
      authorization: `Bearer ${world.tokens[as]}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
    signal: signal ?? AbortSignal.timeout(20_000),
  });
}

/** The bytes of such a request. */
function rawPost(body: object): string {
  const text = JSON.stringify(body);
  return [
    'POST /graphql HTTP/1.1',
    'Host: gateway',
    `Accept: ${EVENTS}`,
    `Authorization: Bearer ${world.tokens.owner}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
}

const variablesOf = (name: string, after?: string) => ({
  namespace: world.namespace,
  name,
  ...(after !== undefined && { after }),
});

/** Changes by the protocol's own client, until one is the last that is wanted. */
async function followed(variables: Record<string, unknown>, isLast: (change: Change) => boolean) {
  const headers = { authorization: `Bearer ${world.tokens.owner}` };
  const client = createClient({ url: `${url}/graphql`, headers, retryAttempts: 0 });
  const told: Change[] = [];
  const changes = client.iterate<{ readonly secretChanged: Change }>({ query, variables });
  for await (const { data } of changes) {
    if (data) told.push(data.secretChanged);
    const last = told.at(-1);
    if (last && isLast(last)) break;
  }
  client.dispose();
  return told;
}

describe('a subscription by POST with Accept: text/event-stream', () => {
  it('is told to the client of the protocol, and goes on behind a cursor', async () => {
    await world.seed('streamed', { stringData: { password: 'hunter2-before' } });
    const begun = await followed(variablesOf('streamed'), ({ type }) => type === 'BOOKMARK');
    expect(begun.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);

    const body = { stringData: { password: 'hunter2-after' } };
    await world.as('owner').send({ method: 'PATCH', path: world.at('streamed'), body });
    const after = begun.at(-1)?.cursor;
    const more = await followed(variablesOf('streamed', after), ({ type }) => type === 'MODIFIED');
    expect(more.map(({ type }) => type)).not.toContain('ADDED');
    expect(more.at(-1)).toMatchObject({ changedKeys: ['password'], secret: { name: 'streamed' } });
    expect(JSON.stringify([begun, more])).not.toContain('hunter2');
  });

  it('ends where the client leaves, and its end is on record', async () => {
    await followed(variablesOf('left'), ({ type }) => type === 'BOOKMARK');
    const ofSecret = '&secret=left&action=secrets.watch';
    await vi.waitFor(async () => {
      const events = await auditEventsOf(world.as('auditor'), world.namespace, ofSecret);
      expect(events).toHaveLength(2);
    });
  });

  it('is an error as an event, then its end, for who may not watch', async () => {
    const answer = await post({ query, variables: variablesOf('any') }, { as: 'reader' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const [, next = '', complete] = (await answer.text()).split('\n\n');
    expect(JSON.parse(next.replace('event: next\ndata: ', ''))).toMatchObject({
      errors: [{ path: ['secretChanged'], extensions: { code: 'Forbidden' } }],
    });
    expect(complete).toBe('event: complete\ndata:');
  });
});

describe('a client of a stream', () => {
  // Room for two of the bodies below.
  changeLimits([limits], { bodiesOfUserBytesMax: 150 * 1_024 });
  const quota = () => partOf(world.installation.gateway, ChangeStreamQuota).taken;

  it('that leaves while the stream opens takes no place of the streams', async () => {
    const { changes } = partOf(world.installation.gateway, SecretsService);
    const open = changes.open.bind(changes);
    let socket: Socket | undefined;
    changes.open = async (...args) => {
      const opened = await open(...args);
      socket?.resetAndDestroy();
      await sleep(30);
      return opened;
    };
    const before = quota();
    try {
      for (let round = 0; round < 5; round += 1) {
        socket = connect(Number(new URL(url).port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.write(rawPost({ query, variables: variablesOf('left-early') }));
        await once(socket, 'close');
      }
    } finally {
      changes.open = open;
    }
    await expect.poll(quota).toBe(before);
  });

  it('has at most 64 KiB of a request, none of which stays while the stream is open', async () => {
    const padded = (bytes: number) => ({
      ...{ query, variables: variablesOf('padded') },
      extensions: { padding: 'x'.repeat(bytes) },
    });
    const refused = await post(padded(64 * 1_024));
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('a subscription has at most 65536 bytes');
    const gone = new AbortController();
    for (let count = 0; count < 8; count += 1) {
      const stream = await post(padded(60 * 1_024), { signal: gone.signal });
      expect(stream.status).toBe(200);
    }
    gone.abort();
  });
});

describe('a request that is no such subscription', () => {
  it.each([
    ['an invalid document', { query: 'subscription { moon }' }],
    ['invalid variables', { query, variables: { namespace: 7 } }],
    [
      'a field that may be absent',
      { query: 'subscription { secretChanged(namespace: "pay") @skip(if: true) { type } }' },
    ],
    [
      'a field that a variable leaves out',
      {
        query:
          'subscription ($x: Boolean!) { ... @include(if: $x) { secretChanged(namespace: "pay") { type } } }',
        variables: { x: true },
      },
    ],
  ])('is 400 in JSON: %s', async (_name, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/graphql-response\+json/);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BadRequest' } }] });
  });

  it('is answered in JSON where it is a query', async () => {
    const answer = await post({ query: '{ viewer { username } }' });
    expect(await answer.json()).toMatchObject({ data: { viewer: {} } });
  });

  it.each(['application/json, text/event-stream', 'text/event-stream;q=0.1, application/json'])(
    'gets no stream where JSON is as welcome: %s',
    async (accept) => {
      const answer = await post({ query, variables: variablesOf('any') }, { accept });
      const { errors } = (await answer.json()) as { readonly errors: readonly Error[] };
      expect(errors[0]?.message).toMatch(/^subscriptions are taken over a WebSocket/);
    },
  );
});
