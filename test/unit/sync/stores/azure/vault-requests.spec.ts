import { expect, it } from 'vitest';
import { BearerCalls } from '../../../../../src/sync/stores/bearer-calls.js';
import { VaultRequests } from '../../../../../src/sync/stores/azure/vault-requests.js';

const never = new AbortController().signal;
const ids = (count: number, from: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: `https://v.test/secrets/db/${(from + at).toString(16).padStart(32, '0')}`,
    attributes: { created: 1 },
  }));

/** Requests to a vault that answers by the number of the request. */
function requestsTo(answers: (count: number) => object) {
  const paths: string[] = [];
  const calls = new BearerCalls({
    token: async () => 'token',
    onDenied: () => undefined,
    transport: {
      send: async ({ path }) => {
        paths.push(path);
        const body = Buffer.from(JSON.stringify(answers(paths.length)));
        return { status: 200, headers: {}, body };
      },
    },
  });
  return { vault: new VaultRequests(calls, 'db', never), paths };
}

it('asks the store for the next page, wherever the link leads', async () => {
  const nextLink = 'https://evil.test/steal?api-version=1.0&$skiptoken=abc&maxresults=25';
  const { vault, paths } = requestsTo((count) =>
    count === 1 ? { value: ids(25, 0), nextLink } : { value: ids(1, 25), nextLink: null },
  );
  expect(await vault.versions()).toHaveLength(26);
  expect(paths).toEqual([
    '/secrets/db/versions?maxresults=25&api-version=7.6',
    '/secrets/db/versions?api-version=7.6&%24skiptoken=abc&maxresults=25',
  ]);
});

it('ends a list that has no end', async () => {
  const nextLink = 'https://v.test/secrets/db/versions?$skiptoken=again';
  const { vault, paths } = requestsTo(() => ({ value: ids(25, 0), nextLink }));
  await expect(vault.versions()).rejects.toMatchObject({ reason: 'StoreRefused' });
  expect(paths).toHaveLength(101);
});

it('ends a list of empty pages that has no end', async () => {
  const nextLink = 'https://v.test/secrets/db/versions?$skiptoken=again';
  const { vault, paths } = requestsTo(() => ({ value: [], nextLink }));
  await expect(vault.versions()).rejects.toMatchObject({ reason: 'StoreRefused' });
  expect(paths.length).toBeLessThan(250);
});

it.each([{ value: 'none' }, {}, { value: [null] }, { value: [], nextLink: 'no link' }])(
  'takes %j for no list',
  async (body) => {
    const { vault } = requestsTo(() => body);
    await expect(vault.versions()).rejects.toMatchObject({ reason: 'TargetFailed' });
  },
);
