import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RestCaller, type RestAnswer } from '../../support/rest-caller.js';
import { SecretsWorld, auditEventsOf, rights } from '../../support/secrets-world.js';

type Role = 'owner' | 'lister' | 'reader' | 'nobody' | 'auditor';

const names = ['s-1', 's-2', 's-3', 's-4', 's-5'];
let first: SecretsWorld<Role>;
let second: SecretsWorld<'owner' | 'reader' | 'auditor'>;

beforeAll(async () => {
  first = await SecretsWorld.start('lists-a', ['owner', 'lister', 'reader', 'nobody', 'auditor']);
  second = await SecretsWorld.in(first.installation, 'lists-b', ['owner', 'reader', 'auditor']);
  // `lister` may list both; `owner` only his own.
  await first.installation.grant('lists-b', 'lister', rights.lister, 'lists-a');
  for (const [index, name] of names.entries()) {
    const metadata = { labels: { parity: index % 2 === 0 ? 'odd' : 'even' } };
    await first.seed(name, { stringData: { key: `hidden-${name}` }, metadata });
    if (index > 1) await second.seed(name, { type: 'example.org/own', metadata });
  }
});
afterAll(() => first?.stop());

const inFirst = names.map((name) => `lists-a/${name}`);
const inSecond = names.slice(2).map((name) => `lists-b/${name}`);
const placesOf = ({ body }: RestAnswer) =>
  body.items.map((item) => `${String(item['namespace'])}/${item.name}`);

async function pages(caller: RestCaller, path: string): Promise<readonly RestAnswer[]> {
  const answers: RestAnswer[] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `&continue=${encodeURIComponent(cursor)}`;
    const answer = await caller.get(`${path}${more}`);
    expect(answer.status).toBe(200);
    answers.push(answer);
    cursor = answer.body.continue;
  } while (cursor !== undefined && answers.length < 20);
  return answers;
}

describe('the list of one namespace', () => {
  it('shows metadata by name and no value', async () => {
    const answer = await first.as('lister').get(first.path);
    expect(placesOf(answer)).toEqual(inFirst);
    expect(answer.body.items[0]).toMatchObject({
      type: 'Opaque',
      labels: { parity: 'odd' },
      keys: [{ name: 'key', sizeBytes: 10 }],
    });
    expect(answer.text).not.toContain('hidden-');
    expect(answer.text).not.toContain(Buffer.from('hidden-').toString('base64').slice(0, 8));
    expect(answer.body).not.toHaveProperty('continue');
  });

  it.each([1, 2, 4, 5])('gives every Secret once in pages of %i', async (limit) => {
    const answers = await pages(first.as('lister'), `${first.path}?limit=${limit}`);
    expect(answers.flatMap(placesOf)).toEqual(inFirst);
    expect(answers.every(({ body }) => body.items.length <= limit)).toBe(true);
    expect(answers[0]?.body['remainingItemCount']).toBe(limit === 5 ? undefined : 5 - limit);
  });

  it.each([
    ['labelSelector=parity%3Dodd', ['s-1', 's-3', 's-5']],
    ['labelSelector=parity+notin+(odd)', ['s-2', 's-4']],
    ['labelSelector=!parity', []],
    ['fieldSelector=metadata.name%3Ds-2', ['s-2']],
    ['fieldSelector=metadata.name!%3Ds-2,type%3DOpaque', ['s-1', 's-3', 's-4', 's-5']],
    ['fieldSelector=type%3Dexample.org/own', []],
    ['fieldSelector=metadata.namespace%3Dlists-b', []],
    ['labelSelector=parity%3Dodd&fieldSelector=metadata.name!%3Ds-1&limit=1', ['s-3', 's-5']],
  ])('narrows by %s', async (query, expected) => {
    const answers = await pages(first.as('lister'), `${first.path}?${query}`);
    expect(answers.flatMap(placesOf)).toEqual(expected.map((name) => `lists-a/${name}`));
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=-1',
    'limit=1&limit=1',
    'continue=garbage',
    'labelSelector=a%3D%3D%3Db',
    'labelSelector=a%3Db%20c',
    'fieldSelector=data.key%3Dx',
    'fieldSelector=metadata.name',
    'namespace=lists-b',
    'unknown=1',
  ])('is 400 for %s', async (query) => {
    const answer = await first.as('lister').get(`${first.path}?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
  });

  it('is 403 for who may not list, even with get, and on every page', async () => {
    const page = await first.as('lister').get(`${first.path}?limit=2`);
    const cursor = encodeURIComponent(page.body.continue ?? '');
    for (const query of ['', `?limit=2&continue=${cursor}`]) {
      const answer = await first.as('reader').get(`${first.path}${query}`);
      expect(answer).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
      expect(answer.body.detail).toContain('cannot list resource "secrets"');
    }
  });

  it('gives no values to who may only list', async () => {
    for (const suffix of ['', '/keys/key', '/metadata']) {
      const answer = await first.as('lister').get(`${first.at('s-1')}${suffix}`);
      expect(answer).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    }
  });
});

describe('the list over namespaces', () => {
  it('is the union of those in which the caller may list', async () => {
    const ofLister = await first.as('lister').get('/v1/secrets');
    expect(placesOf(ofLister)).toEqual([...inFirst, ...inSecond]);
    expect(placesOf(await first.as('owner').get('/v1/secrets'))).toEqual(inFirst);
    expect(placesOf(await second.as('owner').get('/v1/secrets'))).toEqual(inSecond);
    expect(placesOf(await first.as('nobody').get('/v1/secrets'))).toEqual([]);
  });

  it.each([1, 2, 3, 5, 7])('gives every Secret once in pages of %i', async (limit) => {
    const answers = await pages(first.as('lister'), `/v1/secrets?limit=${limit}`);
    expect(answers.flatMap(placesOf)).toEqual([...inFirst, ...inSecond]);
    expect(answers.every(({ body }) => body.items.length <= limit)).toBe(true);
  });

  it.each([
    ['namespace=lists-b', inSecond],
    ['namespace=lists-b&namespace=lists-a', [...inFirst, ...inSecond]],
    ['namespace=elsewhere', []],
    ['fieldSelector=metadata.namespace%3Dlists-b', inSecond],
    ['fieldSelector=metadata.namespace!%3Dlists-b', inFirst],
    ['fieldSelector=type%3Dexample.org/own', inSecond],
    ['labelSelector=parity%3Deven&limit=1', ['lists-a/s-2', 'lists-a/s-4', 'lists-b/s-4']],
  ])('narrows by %s', async (query, expected) => {
    const answers = await pages(first.as('lister'), `/v1/secrets?${query}`);
    expect(answers.flatMap(placesOf)).toEqual(expected);
  });

  it('answers nothing of a namespace in which the caller may not list, named or not', async () => {
    const answer = await second.as('owner').get('/v1/secrets?namespace=lists-a&namespace=lists-b');
    expect(placesOf(answer)).toEqual(inSecond);
  });

  it('leaves one event for each namespace, under one of the request', async () => {
    const answer = await first.as('lister').get('/v1/secrets');
    const parentId = answer.headers['audit-id'];
    for (const world of [first, second]) {
      const events = await auditEventsOf(world.as('auditor'), world.namespace);
      const parts = events.filter((event) => event.parentId === parentId);
      expect(parts).toMatchObject([
        { action: 'secrets.list', outcome: 'allowed', plane: 'broker' },
      ]);
    }
  });
});

describe('two users with different Roles', () => {
  it('get different answers on the same calls', async () => {
    const calls = [first.at('s-1'), first.path, second.at('s-3'), second.path];
    const statuses = async (caller: RestCaller) => {
      const answers = await Promise.all(calls.map((path) => caller.get(path)));
      return answers.map(({ status }) => status);
    };
    expect(await statuses(first.as('owner'))).toEqual([200, 200, 403, 403]);
    expect(await statuses(first.as('reader'))).toEqual([200, 403, 403, 403]);
    expect(await statuses(second.as('reader'))).toEqual([403, 403, 200, 403]);
    expect(await statuses(first.as('nobody'))).toEqual([403, 403, 403, 403]);
  });

  it('read the words of the API server in a denial, which stays in the trail', async () => {
    const answers = [
      await first.as('nobody').get(first.at('s-1')),
      await first.as('nobody').get(`${first.at('s-1')}?consistency=strong`),
    ];
    const direct = await first.installation.cluster.createToken({
      namespace: 'lists-a',
      serviceAccount: 'nobody',
    });
    const asked = await first.installation.cluster.request<{ readonly message: string }>(
      'GET',
      '/api/v1/namespaces/lists-a/secrets/s-1',
      undefined,
      { token: direct },
    );
    const { message } = asked.body;
    expect(answers.map(({ body }) => body.detail)).toEqual([message, message]);

    const query = '&outcome=denied&user=system:serviceaccount:lists-a:nobody';
    const events = await auditEventsOf(first.as('auditor'), 'lists-a', query);
    const denied = { action: 'secrets.reveal', secret: 's-1', code: 403 };
    expect(
      answers.map(({ body }) => events.find(({ auditId }) => auditId === body.auditId)),
    ).toMatchObject([
      { ...denied, plane: 'none' },
      { ...denied, plane: 'caller' },
    ]);
  });

  it('are told the same of a Secret that is there and one that is not', async () => {
    const told = async (name: string) => {
      const { body, status } = await first.as('nobody').get(first.at(name));
      return { status, detail: body.detail.replaceAll(name, 'NAME') };
    };
    expect(await told('s-1')).toEqual(await told('absent'));
  });
});
