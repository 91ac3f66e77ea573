import { beforeEach, describe, expect, it } from 'vitest';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { Principal } from '../../../../src/core/principal.js';
import { UpstreamLists } from '../../../../src/secrets/list/upstream-lists.js';
import { metadataBody } from '../../../../src/secrets/domain/representations.js';
import type {
  ListOptions,
  SecretPage,
  StoreCall,
} from '../../../../src/secrets/domain/secret.store.js';
import { encodePosition, positionOf, startOf } from '../../../../src/secrets/list/list-page.js';
import { callContext } from '../../audit/audit-builders.js';
import { SaidHistory } from '../read/cached-reads.builder.js';
import { storedSecret } from '../domain/secret.builder.js';

const names = Array.from({ length: 1_200 }, (_, index) => `s-${1_000 + index}`);
const namespace = 'pay';

/** A cluster that lists as Kubernetes does; its cursor is the place that it goes on from. */
class Listing {
  readonly asked: ListOptions[] = [];

  list = async (_call: unknown, _in: string, options: ListOptions): Promise<SecretPage> => {
    this.asked.push(options);
    const from = Number(options.continue ?? 0);
    const until = from + options.limit;
    const items = names.slice(from, until).map((name) => storedSecret({ namespace, name }));
    if (until >= names.length) return { items };
    return { items, continue: String(until), remainingItemCount: names.length - until };
  };
}

let store: Listing;
let lists: UpstreamLists;
beforeEach(() => {
  store = new Listing();
  lists = new UpstreamLists({ store, history: new SaidHistory() });
});

function callOf(scope?: TokenScope): StoreCall {
  const parts = { username: 'alice', groups: [], kind: 'oidc', credentialId: 'c' } as const;
  const principal = Principal.forUser({
    ...parts,
    ...(scope && { token: { id: 't', owner: 'bob', scope } }),
  });
  const ctx = callContext({ principal });
  return { ctx, as: 'caller', trace: { plane: 'none', upstreamIds: [] } };
}

function cursorOf(after: string): string {
  return encodePosition({ namespace, upstream: undefined, after });
}

async function page(cursor: string | undefined, limit: number, scope?: TokenScope) {
  const from = positionOf(cursor) ?? startOf(namespace);
  const { items, ...rest } = await lists.page(callOf(scope), from, { limit }, metadataBody);
  return { count: items.length, items, ...rest };
}

async function behind(cursor: string | undefined): Promise<string | undefined> {
  const { after, upstream } = positionOf(cursor) ?? startOf(namespace);
  return upstream === undefined ? after : `${after} of the page at ${upstream}`;
}

describe('a page that the cluster is asked for', () => {
  it('is one request, and goes on where the cluster says', async () => {
    const first = await page(undefined, 400);
    expect(first).toMatchObject({ count: 400, remainingItemCount: 800 });
    await page(first.continue, 400);
    expect(store.asked).toEqual([{ limit: 400 }, { limit: 400, continue: '400' }]);
  });

  it('behind a name that came from elsewhere is looked for from the start, and then goes on', async () => {
    const first = await page(cursorOf('s-1700'), 100);
    expect(first).toMatchObject({ count: 100 });
    expect(await behind(first.items[0]?.cursor)).toBe('s-1701 of the page at 500');
    expect(await behind(first.continue)).toBe('s-1800 of the page at 500');
    expect(store.asked).toEqual([{ limit: 500 }, { limit: 500, continue: '500' }]);
    const second = await page(first.continue, 500);
    expect(await behind(second.items[0]?.cursor)).toBe('s-1801 of the page at 500');
    expect(store.asked.at(-1)).toEqual({ limit: 500, continue: '500' });
  });

  it('ends with the last name', async () => {
    expect(await page(cursorOf('s-2189'), 10)).toMatchObject({ count: 10 });
    expect((await page(cursorOf('s-2189'), 10)).continue).toBeUndefined();
    expect(await page(cursorOf('s-2199'), 10)).toEqual({ count: 0, items: [] });
  });

  it('for a token that is for some names tells nothing of the others', async () => {
    const first = await page(undefined, 2, { secrets: ['s-1499', 's-1999', 's-2199'] });
    expect(first).toMatchObject({ count: 2 });
    expect(first).not.toHaveProperty('remainingItemCount');
    expect(await behind(first.continue)).toBe('s-1999');
  });
});
