import { describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import type { KubeObject } from '../../../src/kubernetes/kube-exchange.js';
import { textOf } from '../../../src/kubernetes/kube-json.js';
import { listPages } from '../../../src/kubernetes/list-pages.js';

/** A collection of numbers, of which so many fit into an answer. */
class Numbers {
  readonly limits: string[] = [];
  readonly #count: number;
  readonly #fitting: number;

  constructor(count: number, fitting: number) {
    this.#count = count;
    this.#fitting = fitting;
  }

  async send({ query = {} }: KubeCall): Promise<KubeObject> {
    const limit = Number(query['limit']);
    this.limits.push(String(query['limit']));
    if (limit > this.#fitting) throw unavailable("the cluster's answer is too large");
    const start = Number(query['continue'] ?? '0');
    const end = Math.min(start + limit, this.#count);
    const items = Array.from({ length: end - start }, (_, index) => String(start + index));
    return { items, metadata: end < this.#count ? { continue: String(end) } : {} };
  }

  list(itemsMax: number): Promise<readonly string[]> {
    const bound = { itemsMax, what: 'numbers' };
    return listPages({ send: (call) => this.send(call), path: ['n'], map: textOf, bound });
  }
}

describe('a list page by page', () => {
  it('is complete and in order', async () => {
    const numbers = new Numbers(1_234, 500);
    const all = Array.from({ length: 1_234 }, (_, index) => String(index));
    expect(await numbers.list(5_000)).toEqual(all);
    expect(numbers.limits).toEqual(['500', '500', '500']);
  });

  it('asks for less at a time where an answer is too large', async () => {
    const numbers = new Numbers(300, 200);
    expect(await numbers.list(5_000)).toHaveLength(300);
    expect(numbers.limits).toEqual(['500', '250', '125', '125', '125']);
  });

  it('is refused where it is longer than its bound, before all of it is read', async () => {
    const numbers = new Numbers(10_000, 500);
    await expect(numbers.list(600)).rejects.toMatchObject({
      code: 'TooLarge',
      message: 'more than 600 numbers',
    });
    expect(numbers.limits).toHaveLength(2);
    expect(await new Numbers(600, 500).list(600)).toHaveLength(600);
  });

  it('fails as the call does that fails', async () => {
    const failure = new SallyportError('Expired', 'too old');
    const listing = listPages({
      send: () => Promise.reject(failure),
      path: ['n'],
      map: textOf,
      bound: { itemsMax: 1, what: 'numbers' },
    });
    await expect(listing).rejects.toBe(failure);
  });
});
