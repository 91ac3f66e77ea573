import { expect, it } from 'vitest';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { StoreTransport } from '../../../../src/sync/stores/store-transport.js';

it.each([
  ['https://bao.example', 'https://bao.example/v1/secret?version=2'],
  ['https://bao.example:8200/', 'https://bao.example:8200/v1/secret?version=2'],
  ['https://bao.example/base/', 'https://bao.example/base/v1/secret?version=2'],
  ['https://bao.example//other.example', 'https://bao.example//other.example/v1/secret?version=2'],
])('asks no other host than that of %s', async (base, url) => {
  const asked: string[] = [];
  const transport = new StoreTransport({
    ...{ url: new URL(base), ca: undefined },
    resolve: async ({ href }) => {
      asked.push(href);
      throw new RemoteFault('TargetFailed', 'no call');
    },
  });
  const request = { method: 'GET', path: '/v1/secret?version=2', headers: {} };
  await expect(transport.send(request, AbortSignal.timeout(1_000))).rejects.toThrow('no call');
  expect(asked).toEqual([url]);
});
