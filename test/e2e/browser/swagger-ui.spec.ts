import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserPage } from '../../browser/browser-page.js';
import { nothingStored, storedBy } from '../../browser/storage-of-page.js';
import { BrowserWorld } from './browser-world.js';

const OPERATION = '#operations-Access-whoami';

let world: BrowserWorld;
let page: BrowserPage;

beforeAll(async () => {
  world = await BrowserWorld.start();
});
afterAll(() => world?.stop());

function present(selector: string): Promise<boolean> {
  return page.evaluate(`document.querySelector(${JSON.stringify(selector)}) !== null`);
}

/** Clicks an element as soon as the page has it. */
async function clickOnce(selector: string): Promise<void> {
  await expect.poll(() => present(selector)).toBe(true);
  await page.click(selector);
}

describe('Swagger UI in a browser', () => {
  it('loads without a credential, a violation, an error or another origin', async () => {
    page = await world.browser.open(`${world.url}/docs`);
    await expect.poll(() => present(OPERATION)).toBe(true);
    expect(page.problems).toEqual([]);
    const paths = page.requests.map((url) => url.replace(world.url, ''));
    expect(paths.toSorted()).toEqual([
      '/docs',
      '/docs/start.js',
      '/docs/swagger-ui-bundle.js',
      '/docs/swagger-ui.css',
      '/openapi.json',
    ]);
  });

  it('sends a GET with the token that the user has given, and shows the response', async () => {
    await clickOnce('.btn.authorize');
    await expect.poll(() => present('.auth-container input')).toBe(true);
    await page.paste('.auth-container input', world.token);
    await clickOnce('.auth-container button[type=submit]');
    await clickOnce('.auth-btn-wrapper .btn-done');
    await clickOnce(`${OPERATION} .opblock-summary-control`);
    await clickOnce(`${OPERATION} .try-out__btn`);
    await clickOnce(`${OPERATION} .execute`);
    const shown = () =>
      page.evaluate<string>(
        `document.querySelector('${OPERATION} .live-responses-table')?.textContent ?? ''`,
      );
    await expect.poll(shown).toContain(':default:engineer"');
    expect(page.problems).toEqual([]);
    expect(page.requests.filter((url) => new URL(url).origin !== world.url)).toEqual([]);
  });

  it('shows parameters, bodies and schemas without a violation', async () => {
    for (const name of ['createSecret', 'patchSecret']) {
      const operation = `#operations-Secrets-${name}`;
      await clickOnce(`${operation} .opblock-summary-control`);
      await clickOnce(`${operation} .try-out__btn`);
      await expect.poll(() => present(`${operation} textarea`)).toBe(true);
      await clickOnce(`${operation} .model-example .tablinks[data-name=model]`);
    }
    expect(page.problems).toEqual([]);
  });

  it('stores nothing, and the token is in no file of the browser', async () => {
    expect(await storedBy(page)).toEqual(nothingStored);
    await world.browser.end();
    expect(world.browser.filesWith(world.token.slice(-40))).toEqual([]);
  });
});
