import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentIdOf } from '../../../src/core/document-id.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { SocketClient } from '../../support/socket-client.js';

const viewer = 'query Viewer { viewer { username } }\n';
const secret = 'query ($name: String!) { secret(namespace: "pay", name: $name) { name } }';
const changes = 'subscription { secretChanged(namespace: "pay") { type } }';
const other = '{ __typename }';
const REFUSED = 'only persisted documents are executed';

let folder: string;
let open: Asked;
let closed: Asked;

interface Asked {
  readonly installation: TestInstallation;
  readonly base: string;
  readonly token: string;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-documents-'));
  writeFileSync(join(folder, 'viewer.graphql'), viewer);
  const manifest = { [documentIdOf(secret)]: secret, [documentIdOf(changes)]: changes };
  writeFileSync(join(folder, 'persisted-documents.json'), JSON.stringify(manifest));
  [open, closed] = await Promise.all([started(false), started(true)]);
});

afterAll(async () => {
  await Promise.all([open?.installation.stop(), closed?.installation.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function started(only: boolean): Promise<Asked> {
  const installation = await TestInstallation.start({ graphql: { documents: { folder, only } } });
  const [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  return { installation, base, token: await installation.user('pay', 'app', [allOfSecrets]) };
}

function post({ base, token }: Asked, body: object, accept = '*/*'): Promise<Answer> {
  const headers = { accept, 'content-type': 'application/json' };
  return send(base, { method: 'POST', path: '/graphql', token, body, headers });
}

const messagesOf = (answer: Answer) =>
  answer
    .json<{ readonly errors: readonly { readonly message: string }[] }>()
    .errors.map(({ message }) => message);

describe('a persisted document', () => {
  it('is executed by its documentId, from either kind of file', async () => {
    const first = await post(open, { documentId: documentIdOf(viewer) });
    expect(first.json()).toMatchObject({ data: { viewer: { username: expect.any(String) } } });
    const documentId = documentIdOf(secret);
    const second = await post(open, { documentId, variables: { name: 'absent' } });
    expect(second.json()).toMatchObject({
      data: { secret: null },
      errors: [{ extensions: { code: 'NotFound' } }],
    });
  });

  it.each([
    ['an unknown documentId', { documentId: documentIdOf(other) }, /^no persisted document has/],
    ['a documentId of another form', { documentId: 'viewer' }, /^no persisted document has/],
    ['both', { documentId: documentIdOf(viewer), query: viewer }, /query or documentId, not both$/],
    ['neither', { variables: {} }, /must have query or documentId$/],
  ])('is needed: %s is 400', async (_name, body, message) => {
    const answer = await post(open, body);
    expect(answer.status).toBe(400);
    expect(messagesOf(answer)).toEqual([expect.stringMatching(message)]);
  });

  it('leaves other texts as they are, unless a setting says so', async () => {
    expect((await post(open, { query: other })).json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('where nothing else is executed', () => {
  it('a persisted document is, by its documentId and by its text', async () => {
    for (const body of [{ documentId: documentIdOf(viewer) }, { query: viewer }]) {
      expect((await post(closed, body)).json()).toMatchObject({ data: { viewer: {} } });
    }
  });

  it.each([
    ['another text', other],
    ['the same text with a space', `${viewer} `],
    ['introspection', '{ __schema { queryType { name } } }'],
  ])('%s is refused', async (_name, query) => {
    const answer = await post(closed, { query });
    expect(answer.status).toBe(400);
    expect(messagesOf(answer)).toEqual([REFUSED]);
  });

  it('so it is over a WebSocket, and as a stream of events', async () => {
    const query = 'subscription { secretChanged(namespace: "pay") { cursor } }';
    const client = await SocketClient.begin(closed.base, closed.token);
    client.subscribe('1', query, {});
    client.subscribe('2', changes, {});
    const [error] = await client.errors('1');
    expect(error?.message).toBe(REFUSED);
    await client.frame(({ id, type }) => id === '2' && type === 'next');
    client.close();
    const answer = await post(closed, { query }, 'text/event-stream');
    expect(messagesOf(answer)).toEqual([REFUSED]);
  });
});
