import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { compileEgress } from '../../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../../src/platform/outbound/egress.js';
import { StoreTransport } from '../../../../src/sync/stores/store-transport.js';
import { NotifyTransport } from '../../../../src/sync/notify/notify-transport.js';
import { type HttpsDouble, startHttpsDouble } from '../../../services/https-double.js';

const caSecret = { namespace: 'platform', name: 'ca', key: 'ca.crt' };

let places: HttpsDouble;
let transport: NotifyTransport;

beforeAll(async () => {
  places = await startHttpsDouble(({ path, query }) => {
    if (path === '/keys') return { status: 200, body: `keys ${query.get('a')}` };
    if (path === '/long') return { status: 200, body: 'x'.repeat(64 * 1_024 + 1) };
    if (path === '/moved') return { status: 302, headers: { location: '/keys' }, body: '' };
    return { status: 404, body: 'secret of the server' };
  });
  transport = transportThrough([{ host: '127.0.0.1', addresses: ['127.0.0.0/8'] }]);
});
afterAll(() => places?.stop());

function transportThrough(allow: Parameters<typeof compileEgress>[0]['allow']): NotifyTransport {
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  return new NotifyTransport({
    authorityOf: async () => places.ca,
    referenced: async () => SecretValue.fromBytes(Buffer.from('value')),
    transportTo: (url, ca) =>
      new StoreTransport({
        url,
        ca,
        resolve: ({ hostname, port }, signal) =>
          egress.resolve(hostname, Number(port), undefined, signal),
      }),
  });
}

const read = (path: string, by = transport) => by.read(new URL(path, places.url), caSecret);

describe('a document of another server', () => {
  it('is read with its query, by the authority of the spec', async () => {
    expect(String(await read('/keys?a=b'))).toBe('keys b');
    await expect(transport.read(places.url, undefined)).rejects.toMatchObject({
      reason: 'TlsFailed',
    });
  });

  it.each(['/moved', '/long', '/none'])('is not read from %s', async (path) => {
    const before = places.requests.length;
    const reading = read(path);
    await expect(reading).rejects.toMatchObject({ reason: 'TargetFailed' });
    await expect(reading).rejects.not.toMatchObject({
      message: expect.stringContaining('secret of the server'),
    });
    expect(places.requests.length).toBe(before + 1);
  });

  it('is not read from a host that the settings do not allow', async () => {
    const others = transportThrough([{ host: 'other.example' }]);
    await expect(read('/keys', others)).rejects.toMatchObject({ reason: 'HostNotAllowed' });
  });
});
