import { describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../../src/core/sync-limits.js';
import { KvChangeTags } from '../../../../../src/sync/stores/openbao/kv-change-tags.js';

const never = new AbortController().signal;
const { openbaoTagsPageMax: pageMax, openbaoTagPagesMax: pagesMax } = syncLimits;

type Answer = readonly [status: number, body: object | undefined];

/** Change tags of a store whose answers are given by the path of a request. */
function tagsOf(answerTo: (folder: string, query: URLSearchParams) => Answer) {
  const paths: string[] = [];
  const tags = new KvChangeTags({
    mount: 'secret',
    token: async () => 'token',
    transport: {
      send: async ({ path }) => {
        paths.push(path);
        const url = new URL(path, 'https://store.example');
        const folder = url.pathname.replace('/v1/secret/detailed-metadata/', '');
        const [status, body] = answerTo(folder, url.searchParams);
        const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
        return { status, headers: {}, body: bytes };
      },
    },
  });
  return { tags, paths };
}

/** Answer of a list with so many secrets, whose keys are `s0000`, `s0001` and so on. */
function page(count: number, query: URLSearchParams): Answer {
  const all = Array.from({ length: count }, (_, index) => `s${String(index).padStart(4, '0')}`);
  const after = query.get('after') ?? '';
  const keys = all.filter((key) => key > after).slice(0, Number(query.get('limit')));
  const infos = keys.map((key) => [key, { current_version: 1, updated_time: key }]);
  return [200, { data: { keys, key_info: Object.fromEntries(infos) } }];
}

describe('change tags of OpenBao', () => {
  it('are others after each change of the metadata, for the names that are asked for', async () => {
    const version = { deletion_time: '', destroyed: false };
    let info: object = { current_version: 1, versions: { 1: version } };
    const { tags, paths } = tagsOf(() => [200, { data: { key_info: { db: info, other: {} } } }]);
    const seen = new Set<string | undefined>();
    for (const next of [
      info,
      { current_version: 2, versions: { 1: version, 2: version } },
      { current_version: 1, versions: { 1: { ...version, deletion_time: 'now' } } },
      { current_version: 1, versions: { 1: version }, custom_metadata: { owner: 'x' } },
    ]) {
      info = next;
      const found = await tags.of(['k8s/pay/db'], never);
      expect([...found.keys()]).toEqual(['k8s/pay/db']);
      seen.add(found.get('k8s/pay/db'));
    }
    expect(seen.size).toBe(4);
    expect(paths[0]).toBe(
      `/v1/secret/detailed-metadata/k8s/pay/?list=true&limit=${String(pageMax)}&after=d`,
    );
  });

  it('come from one list for each folder', async () => {
    const { tags, paths } = tagsOf(() => [200, { data: { key_info: { a: {}, b: {} } } }]);
    const found = await tags.of(['pay/a', 'pay/b', 'shop/a', 'a'], never);
    expect([...found.keys()].toSorted()).toEqual(['a', 'pay/a', 'pay/b', 'shop/a']);
    expect(paths).toHaveLength(3);
  });

  it('come from pages up to the last name, and no more than are allowed', async () => {
    const { tags, paths } = tagsOf((_folder, query) => page(10_000, query));
    const found = await tags.of(['s0000', 's0250'], never);
    expect([found.size, paths.length]).toEqual([2, 3]);
    expect((await tags.of(['s0000', 's9999'], never)).size).toBe(1);
    expect(paths).toHaveLength(3 + pagesMax);
  });

  it('begin with the first name that is asked for', async () => {
    const { tags, paths } = tagsOf((_folder, query) => page(10_000, query));
    expect((await tags.of(['s9998', 's9999'], never)).size).toBe(2);
    expect(paths).toHaveLength(1);
  });

  it('are not asked for again after the page of a proxy', async () => {
    let calls = 0;
    const tags = new KvChangeTags({
      ...{ mount: 'secret', token: async () => 'token' },
      transport: {
        send: async () => {
          calls += 1;
          return { status: 404, headers: {}, body: Buffer.from('<html>') };
        },
      },
    });
    expect((await tags.of(['pay/a', 'shop/a'], never)).size).toBe(0);
    expect(calls).toBe(1);
  });

  it('lack what is in a folder that is not there', async () => {
    const { tags, paths } = tagsOf(() => [404, { errors: [] }]);
    expect((await tags.of(['pay/a'], never)).size).toBe(0);
    await tags.of(['pay/a'], never);
    expect(paths).toHaveLength(2);
  });

  it.each<Answer>([
    [403, { errors: ['permission denied'] }],
    [404, { errors: ['unsupported path'] }],
    [405, { errors: [] }],
    [200, undefined],
  ])('are not asked for again after an answer %i %o', async (...answer) => {
    const { tags, paths } = tagsOf(() => answer);
    for (const names of [['pay/a', 'shop/a'], ['pay/a']]) {
      expect((await tags.of(names, never)).size).toBe(0);
    }
    expect(paths).toHaveLength(1);
  });

  it.each<[Answer, string]>([
    [[429, { errors: [] }], 'StoreBusy'],
    [[500, { errors: [] }], 'TargetFailed'],
    [[200, { data: 'other' }], 'TargetFailed'],
  ])('fail with an answer %o', async (answer, reason) => {
    const { tags } = tagsOf(() => answer);
    await expect(tags.of(['pay/a'], never)).rejects.toMatchObject({ reason });
  });
});
