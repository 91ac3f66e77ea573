import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createCertificateAuthority,
  issueCertificate,
} from '../../src/keys/certificate-authority.js';
import type { KeyAndCertificate } from '../../src/keys/certificate-authority.js';
import { clientCertificateOf } from '../../src/authn/client-certificate.js';

const authority = await createCertificateAuthority('ours', 1);
const stranger = await createCertificateAuthority('theirs', 1);
const own = await issueCertificate(authority, {
  ...{ commonName: 'localhost', hosts: ['localhost'], validDays: 1 },
});
const alice = { commonName: 'alice', organizations: ['dev', 'ops'], validDays: 1 };
const listener = createServer({
  ...{ cert: own.certificate, key: own.key, ca: authority.certificate },
  ...{ requestCert: true, rejectUnauthorized: false },
});
listener.listen(0, '127.0.0.1');
await once(listener, 'listening');
afterAll(() => listener.close());

async function shownBy(client: Partial<KeyAndCertificate>) {
  const accepted = once(listener, 'secureConnection') as Promise<[TLSSocket]>;
  const { port } = listener.address() as AddressInfo;
  const socket = connect({
    ...{ port, host: '127.0.0.1', servername: 'localhost', ca: authority.certificate },
    ...{ cert: client.certificate, key: client.key },
  });
  try {
    const [peer] = await accepted;
    const shown = clientCertificateOf(peer);
    expect(clientCertificateOf(peer)).toBe(shown);
    return shown;
  } finally {
    socket.destroy();
  }
}

describe('clientCertificateOf', () => {
  it('reads name and organizations of a certificate that the authority issued', async () => {
    await expect(shownBy(await issueCertificate(authority, alice))).resolves.toEqual({
      commonName: 'alice',
      organizations: ['dev', 'ops'],
      uid: '',
      raw: expect.any(Buffer),
      isTrusted: true,
    });
  });

  it('finds none where none is shown', async () => {
    await expect(shownBy({})).resolves.toBeUndefined();
  });

  it('trusts none of another authority and none for servers', async () => {
    const theirs = await issueCertificate(stranger, alice);
    await expect(shownBy(theirs)).resolves.toMatchObject({ isTrusted: false });
    await expect(shownBy(own)).resolves.toMatchObject({ isTrusted: false });
  });
});
