import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VersionsWorld } from '../../support/versions-world.js';

/** As many comparisons as one request of GraphQL may ask for. */
const diffsMax = 100;

let world: VersionsWorld;

beforeAll(async () => {
  world = await VersionsWorld.start('pay');
});
afterAll(() => world?.stop());

const user = 'system:serviceaccount:pay:owner';

describe('a version that is read', () => {
  it('is a valid body of a PUT: it names no state of the live Secret', async () => {
    await world.write('body', { a: 'one-one' }, { a: 'two-two' });
    const owner = world.as('owner');
    const read = await owner.get(`${world.at('body')}?version=1`);
    expect(read.body).toMatchObject({
      ...{ name: 'body', version: 1, updatedBy: user, stringData: { a: 'one-one' }, data: {} },
    });
    expect(Object.keys(read.body)).not.toContain('uid');
    expect(Object.keys(read.body)).not.toContain('resourceVersion');
    expect((await owner.put(world.at('body'), read.body)).status).toBe(200);
    expect(await world.stored('body')).toEqual({ a: 'one-one' });
  });

  it('has every format, and each of its keys by itself', async () => {
    await world.write('formats', { A: 'one one', B: 'x' }, { A: 'two' });
    const owner = world.as('owner');
    const path = world.at('formats');
    expect((await owner.get(`${path}?version=1&format=env`)).text).toBe("A='one one'\nB=x\n");
    expect((await owner.get(`${path}?version=1&format=json`)).body).toEqual({
      ...{ A: 'one one', B: 'x' },
    });
    expect((await owner.get(`${path}?version=1&encoding=base64`)).body['data']).toEqual({
      ...{ A: 'b25lIG9uZQ==', B: 'eA==' },
    });
    const key = await owner.get(`${path}/keys/B?version=previous`);
    expect([key.text, key.headers['content-type']]).toEqual(['x', 'text/plain; charset=utf-8']);
    const absent = await owner.get(`${path}/keys/B?version=2`);
    expect(absent.body).toMatchObject({ status: 404, code: 'NotFound' });
    expect(absent.body.detail).toBe('key "B" of version 2 of secrets "formats" not found');
    const twice = await owner.get(`${path}?version=1&resourceVersion=5`);
    expect(twice.body).toMatchObject({ code: 'BadRequest' });
  });

  it('has a tag of its own, and 304 is no reveal', async () => {
    await world.write('tagged', { a: 'one-one' }, { a: 'two-two' });
    const owner = world.as('owner');
    const path = `${world.at('tagged')}?version=1`;
    const first = await owner.get(path);
    const tag = first.headers['etag'] ?? '';
    const again = await owner.get(path, { 'if-none-match': tag });
    expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', tag]);
    expect(await world.eventsOf(again.headers['audit-id'])).toMatchObject([
      { action: 'secrets.check', code: 304, version: 1 },
    ]);
    const other = await owner.get(`${world.at('tagged')}?version=2`, { 'if-none-match': tag });
    expect(other.status).toBe(200);
    const failed = await owner.get(path, { 'if-match': '"other"' });
    expect(failed.body).toMatchObject({ status: 412, code: 'Conflict' });
  });

  it('closes at once with the right to read the Secret', async () => {
    await world.write('closed', { a: 'one-one' });
    for (const role of ['reader', 'getter', 'lister', 'nobody'] as const) {
      for (const path of [
        '?version=1',
        '/keys/a?version=1',
        '?version=99',
        '?version=1&format=env',
      ]) {
        const answer = await world.as(role).get(`${world.at('closed')}${path}`);
        expect(answer.body, `${role} ${path}`).toMatchObject({ status: 403, code: 'Forbidden' });
      }
    }
  });
});

describe('numbers and authors', () => {
  it('stand in reads, metadata, lists and GraphQL alike', async () => {
    await world.write('known', { a: 'one-one', b: 'x' }, { a: 'two-two', b: 'x' });
    const owner = world.as('owner');
    const keys = [
      { name: 'a', sizeBytes: 7, version: 2 },
      { name: 'b', sizeBytes: 1, version: 1 },
    ];
    expect((await owner.get(world.at('known'))).body).toMatchObject({
      version: 2,
      updatedBy: user,
    });
    const metadata = await owner.get(`${world.at('known')}/metadata`);
    expect(metadata.body).toMatchObject({ version: 2, updatedBy: user, keys });
    const list = await owner.get(`${world.path}?fieldSelector=metadata.name=known`);
    expect(list.body.items).toMatchObject([{ version: 2, updatedBy: user, keys }]);
    const query = `{ secret(namespace: "pay", name: "known") {
      version updatedBy { username kind credentialId } keys { name sizeBytes version }
      versions(first: 1) { nodes { version door createdBy { username } } pageInfo { hasNextPage } }
    } }`;
    const graphql = await owner.post('/graphql', { query });
    expect(JSON.parse(graphql.text)).toMatchObject({
      data: {
        secret: {
          ...{ version: 2, keys },
          updatedBy: { username: user, kind: 'SERVICE_ACCOUNT', credentialId: expect.any(String) },
          versions: {
            nodes: [{ version: 2, door: 'REST', createdBy: { username: user } }],
            pageInfo: { hasNextPage: true },
          },
        },
      },
    });
  });

  it('of GraphQL are null with an error where the caller may not list versions', async () => {
    await world.write('unlisted', { a: 'one-one' });
    const query = `{ secret(namespace: "pay", name: "unlisted") { name type
      versions { nodes { version } } } }`;
    const answer = JSON.parse(
      (await world.as('reader').post('/graphql', { query })).text,
    ) as object;
    expect(answer).toMatchObject({
      data: { secret: { name: 'unlisted', type: 'Opaque', versions: null } },
      errors: [{ path: ['secret', 'versions'], extensions: { code: 'Forbidden' } }],
    });
  });
});

describe('the list of versions', () => {
  it('comes in pages, newest first, and its right is asked for each', async () => {
    await world.write('paged', ...['1', '2', '3', '4', '5'].map((a) => ({ a })));
    const path = `${world.at('paged')}/versions?limit=2`;
    const seen: number[] = [];
    let next: string | undefined;
    do {
      const cursor = next === undefined ? '' : `&continue=${next}`;
      const { body } = await world.as('lister').get(`${path}${cursor}`);
      seen.push(...body.items.map((item) => Number(item['version'])));
      next = body.continue;
    } while (next !== undefined);
    expect(seen).toEqual([5, 4, 3, 2, 1]);
    expect((await world.as('getter').get(path)).status).toBe(403);
    expect((await world.as('lister').get(`${path}&continue=x`)).body).toMatchObject({
      ...{ status: 400, code: 'BadRequest' },
    });
  });

  it('of what never was is 404, and one version of it too', async () => {
    for (const below of ['/versions', '/versions/1', '/diff', '?version=1']) {
      const answer = await world.as('owner').get(`${world.at('never')}${below}`);
      expect(answer.body, below).toMatchObject({ status: 404, code: 'NotFound' });
    }
  });
});

describe('the difference of two versions', () => {
  it('names keys, sizes, labels and annotations, and no value', async () => {
    const owner = world.as('owner');
    const path = world.at('diffed');
    const before = { labels: { l: 'one', same: 'x' }, annotations: { n: 'secret-note' } };
    await owner.put(path, { stringData: { a: 'value-a', b: 'value-b' }, ...before });
    const after = { labels: { l: 'two', same: 'x' }, annotations: {} };
    await owner.put(path, { stringData: { a: 'value-aa', c: 'value-c' }, ...after });
    const expected = {
      added: [{ name: 'c', sizeBytes: 7, version: 2 }],
      removed: [{ name: 'b', sizeBytes: 7, version: 1 }],
      changed: [{ name: 'a', fromBytes: 7, toBytes: 8 }],
      typeChanged: false,
      labelsChanged: ['l'],
      annotationsChanged: ['n'],
    };
    const rest = await world.as('getter').get(`${path}/diff?from=1`);
    expect(rest.body).toEqual({ from: 1, to: 2, immutableChanged: false, ...expected });
    expect((await world.as('getter').get(`${path}/diff`)).body).toEqual(rest.body);
    const keys = '{ name sizeBytes version }';
    const query = `{ secret(namespace: "pay", name: "diffed", version: "1") {
      versions { nodes { version diff { added ${keys} removed ${keys}
        changed { name fromBytes toBytes } typeChanged labelsChanged annotationsChanged } } } } }`;
    const graphql = await owner.post('/graphql', { query });
    expect(JSON.parse(graphql.text)).toMatchObject({
      data: { secret: { versions: { nodes: [{ version: 2 }, { version: 1, diff: expected }] } } },
    });
    for (const { text } of [rest, graphql]) expect(text).not.toMatch(/value-|secret-note/);
    expect((await world.as('lister').get(`${path}/diff`)).status).toBe(403);
  });

  it(`is told of ${diffsMax} pairs a request at most, however they are named`, async () => {
    const values = Array.from({ length: 12 }, (_, at) => ({ a: `value-${at}` }));
    await world.write('often', ...values);
    const fields = Array.from({ length: 9 }, (_, at) => `d${at}: diff { changed { name } }`);
    const query = `{ secret(namespace: "pay", name: "often")
      { versions { nodes { ${fields.join(' ')} } } } }`;
    const answer = await world.as('owner').post('/graphql', { query });
    const { data, errors } = JSON.parse(answer.text) as {
      readonly data: { secret: { versions: { nodes: Record<string, object | null>[] } } };
      readonly errors: readonly object[];
    };
    const diffs = data.secret.versions.nodes.flatMap((node) => Object.values(node));
    expect(diffs).toHaveLength(108);
    expect(diffs.filter((one) => one !== null)).toHaveLength(diffsMax);
    expect(errors).toHaveLength(108 - diffsMax);
    for (const error of errors) expect(error).toMatchObject({ extensions: { code: 'BadRequest' } });
  });
});

describe('a page of versions', () => {
  it('begins where the last one ended, and nowhere that a client makes up', async () => {
    await world.write('leafed', { a: 'one-one' }, { a: 'two-two' }, { a: 'three' });
    const page = (cursor: string) =>
      world.as('owner').get(`${world.at('leafed')}/versions?limit=2&continue=${cursor}`);
    const first = await world.as('owner').get(`${world.at('leafed')}/versions?limit=2`);
    expect((await page(String(first.body['continue']))).body.items).toMatchObject([{ version: 1 }]);
    for (const before of ['1.5', 'Infinity', '-1', '0', '', '1e3', '0x2', '9'.repeat(10), 'NaN']) {
      const forged = Buffer.from(JSON.stringify({ before })).toString('base64url');
      expect((await page(forged)).body, before).toMatchObject({
        ...{ status: 400, code: 'BadRequest' },
        errors: [{ pointer: '/query/continue' }],
      });
    }
  });
});

describe('a name of the user', () => {
  it('stands for its version in every place, is moved, and ends', async () => {
    await world.write('named', { a: 'one-one' }, { a: 'two-two' }, { a: 'three' });
    const owner = world.as('owner');
    const alias = `${world.at('named')}/version-aliases/last-good`;
    const read = async () =>
      (await owner.get(`${world.at('named')}/keys/a?version=last-good`)).text;
    expect((await owner.put(alias, { version: 1 })).body['aliases']).toEqual(['last-good']);
    expect(await read()).toBe('one-one');
    expect((await owner.put(alias, { version: 'previous' })).body).toMatchObject({
      ...{ version: 2, aliases: ['previous', 'last-good'] },
    });
    expect(await read()).toBe('two-two');
    await owner.post(`${world.at('named')}/versions/last-good/restore`, {});
    expect(await world.stored('named')).toEqual({ a: 'two-two' });
    expect((await owner.delete(alias)).body).toMatchObject({ version: 2, aliases: [] });
    expect(await read()).toContain('NotFound');
    expect((await owner.delete(alias)).status).toBe(404);
  });
});

describe('a row that is damaged or belongs elsewhere', () => {
  it('is 500 without detail and on record; everything else goes on', async () => {
    await world.write('damaged', { a: 'one-one' }, { a: 'two-two' });
    await world.write('donor', { a: 'of-the-donor' });
    const database = new DatabaseSync(join(world.installation.dataDir, 'sallyport.db'));
    const versions = `SELECT v.id FROM secret_versions v JOIN secret_histories h ON
      h.id = v.history_id WHERE h.name = ? AND v.version = 1`;
    const swap = `UPDATE version_payloads SET (key_id, wrapped_key, ciphertext) =
      (SELECT key_id, wrapped_key, ciphertext FROM version_payloads WHERE id = (${versions}))
      WHERE id = (${versions}) RETURNING id`;
    expect(database.prepare(swap).all('donor', 'damaged')).toHaveLength(1);
    database.close();
    const owner = world.as('owner');
    for (const answer of [
      await owner.get(`${world.at('damaged')}?version=1`),
      await owner.post(`${world.at('damaged')}/versions/1/restore`, {}),
    ]) {
      expect(answer.body).toMatchObject({ status: 500, code: 'Internal' });
      expect(answer.body.detail).toBe('an internal error occurred');
      expect(answer.text).not.toContain('of-the-donor');
      expect(await world.eventsOf(answer.headers['audit-id'])).toMatchObject([
        { outcome: 'failed', code: 500, version: 1 },
      ]);
    }
    expect((await owner.get(`${world.at('damaged')}?version=2`)).text).toContain('two-two');
    expect((await owner.get(`${world.at('damaged')}/versions/1`)).status).toBe(200);
    // A comparison opens nothing.
    const { body } = await owner.get(`${world.at('damaged')}/diff?from=1&to=2`);
    expect(body['changed']).toEqual([{ name: 'a', fromBytes: 7, toBytes: 7 }]);
    expect(await world.stored('damaged')).toEqual({ a: 'two-two' });
  });
});
