import { SallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { KubeCall } from './kube-call.js';
import type { KubeObject } from './kube-exchange.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import { pageLimitAfter } from './reflector/page-limit.js';

export interface ListedPages<Item> {
  readonly send: (call: KubeCall) => Promise<KubeObject>;
  readonly path: readonly string[];
  /** Maps an object to what is needed, so that at most a page is completely in memory. */
  readonly map: (json: unknown) => Item;
  readonly bound: { readonly itemsMax: number; readonly what: string };
}

/** Lists page by page; uses smaller pages if the API server's answers are too large or slow. */
export async function listPages<Item>({
  send,
  path,
  map,
  bound: { itemsMax, what },
}: ListedPages<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  let limit: number = limits.listItemsMax;
  let next = '';
  for (;;) {
    const query = { limit: String(limit), ...(next === '' ? {} : { continue: next }) };
    let page: KubeObject;
    try {
      page = await send({ method: 'GET', path, query, effect: 'none' });
    } catch (error) {
      limit = pageLimitAfter(error, limit);
      continue;
    }
    found.push(...listOf(page['items']).map(map));
    if (found.length > itemsMax) {
      throw new SallyportError('TooLarge', `more than ${itemsMax} ${what}`);
    }
    next = textOf(recordOf(page['metadata'])['continue']);
    if (next === '') return found;
  }
}
