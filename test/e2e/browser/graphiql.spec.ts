import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleQueries } from '../../../assets/graphiql/example-queries.js';
import type { BrowserPage } from '../../browser/browser-page.js';
import { nothingStored, storedBy } from '../../browser/storage-of-page.js';
import { BrowserWorld } from './browser-world.js';
import { GraphiqlPage } from './graphiql-page.js';

let world: BrowserWorld;
let page: BrowserPage;
let graphiql: GraphiqlPage;

beforeAll(async () => {
  world = await BrowserWorld.start();
});
afterAll(() => world?.stop());

async function open(): Promise<void> {
  page = await world.browser.open(`${world.url}/graphql`);
  graphiql = new GraphiqlPage(page);
  await expect.poll(() => graphiql.isShown()).toBe(true);
}

/** Runs an operation in the current tab; returns its first response. */
async function responseOf(query: string): Promise<Record<string, unknown>> {
  await graphiql.write(query);
  return currentResponse();
}

/** Runs the operation of the current tab once GraphiQL knows its name. */
async function currentResponse(): Promise<Record<string, unknown>> {
  const before = await graphiql.result();
  const [, name] = /(?:query|subscription) (\w+)/.exec(await graphiql.query()) ?? [];
  await expect.poll(() => graphiql.operationName()).toBe(name);
  await graphiql.run();
  await expect.poll(() => graphiql.result()).not.toBe(before);
  await expect.poll(() => graphiql.result()).toMatch(/^\{[^]+\}$/);
  return JSON.parse(await graphiql.result()) as Record<string, unknown>;
}

describe('GraphiQL in a browser', () => {
  it('loads without a credential, a violation, an error or another origin', async () => {
    await open();
    expect(await graphiql.tabs()).toHaveLength(exampleQueries.length);
    expect(await graphiql.variables()).toContain('"default"');
    expect(page.problems).toEqual([]);
    expect(page.requests.length).toBeGreaterThanOrEqual(9);
    const others = page.requests.filter((url) => new URL(url).origin !== world.url);
    expect(others).toEqual([]);
  });

  it('shows the 401 of a query without a token', async () => {
    expect(await responseOf('query Nobody { viewer { username } }')).toMatchObject({
      status: 401,
      code: 'Unauthenticated',
    });
  });

  it('runs a query with the token of the field, and shows the result', async () => {
    await graphiql.enterToken(`Bearer ${world.token}`);
    expect(await responseOf('query Me { viewer { username } }')).toEqual({
      data: { viewer: { username: 'system:serviceaccount:default:engineer' } },
    });
  });

  it('completes a field after its first letters', async () => {
    await expect.poll(() => graphiql.hasSchema()).toBe(true);
    await graphiql.write('{ ');
    await graphiql.type('vie');
    await expect.poll(async () => (await graphiql.suggestions())[0]).toMatch(/^viewer/);
  });

  it('runs each example query without an error', async () => {
    await open();
    await graphiql.enterToken(world.token);
    for (const [index, { question }] of exampleQueries.entries()) {
      await graphiql.selectTab(index);
      await expect.poll(() => graphiql.query()).toContain(question);
      const response = await currentResponse();
      expect.soft(response, question).not.toHaveProperty('errors');
      expect.soft(response, question).toHaveProperty('data');
    }
  });

  it('loads the schema after a query that is accepted, as with a client certificate', async () => {
    await open();
    expect(await graphiql.hasSchema()).toBe(false);
    await page.paste('#token', world.token);
    expect(await responseOf('query Me { viewer { kind } }')).toHaveProperty('data.viewer.kind');
    await expect.poll(() => graphiql.hasSchema()).toBe(true);
  });

  it('receives the changes of a subscription', async () => {
    await responseOf(
      'subscription Changes { secretChanged(namespace: "default") { type secret { name } } }',
    );
    await expect.poll(() => graphiql.result()).toContain('"BOOKMARK"');
    await world.createSecret('another');
    await expect.poll(() => graphiql.result()).toContain('"another"');
    await graphiql.run();
  });

  it('forgets the token when the user leaves the page', async () => {
    await page.evaluate(`dispatchEvent(new Event('pagehide'))`);
    expect(await page.evaluate(`document.querySelector('#token').value`)).toBe('');
    const refused = await responseOf('query Left { viewer { username } }');
    expect(refused).toMatchObject({ status: 401 });
  });

  it('blocks a script in the page, and the test would see such a violation', async () => {
    const seen = page.problems.length;
    await page.evaluate(`document.body.append(
      Object.assign(document.createElement('script'), { textContent: 'window.hasRun = true' }))`);
    await expect.poll(() => page.problems.slice(seen).join('\n')).toContain('script-src');
    expect(await page.evaluate('window.hasRun === undefined')).toBe(true);
  });

  it('stores nothing, and the token is in no file of the browser', async () => {
    expect(await storedBy(page)).toEqual(nothingStored);
    await page.evaluate(`localStorage.setItem('control', 'stored-by-this-test')`);
    expect((await storedBy(page)).localStorage).toEqual({ control: 'stored-by-this-test' });
    await world.browser.end();
    expect(world.browser.filesWith('stored-by-this-test')).not.toEqual([]);
    expect(world.browser.filesWith(world.token.slice(-40))).toEqual([]);
  });
});
