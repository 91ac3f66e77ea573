import type { BrowserPage } from './browser-page.js';

/** What a page has stored in the browser. */
export interface StoredItems {
  readonly localStorage: Readonly<Record<string, string>>;
  readonly sessionStorage: Readonly<Record<string, string>>;
  readonly databases: readonly string[];
  readonly caches: readonly string[];
  readonly cookies: readonly unknown[];
}

/** Result for a page that stores nothing. */
export const nothingStored: StoredItems = {
  localStorage: {},
  sessionStorage: {},
  databases: [],
  caches: [],
  cookies: [],
};

/** Returns all that the page's origin has stored: the four storages of a page, and cookies. */
export async function storedBy(page: BrowserPage): Promise<StoredItems> {
  const stored = await page.evaluate<Omit<StoredItems, 'cookies'>>(`(async () => ({
    localStorage: { ...localStorage },
    sessionStorage: { ...sessionStorage },
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
  }))()`);
  return { ...stored, cookies: await page.cookies() };
}
