import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import {
  createCertificateAuthority,
  expiresAt,
  isIssuedBy,
  issueCertificate,
} from '../../src/keys/certificate-authority.js';
import type { KeyAndCertificate } from '../../src/keys/certificate-authority.js';

const dayMs = 24 * 60 * 60_000;
const authority = await createCertificateAuthority('test', 10);
const hosts = ['localhost', '127.0.0.1', '::1'];
const server = await issueCertificate(authority, { commonName: 's', hosts, validDays: 5 });
const client = await issueCertificate(authority, {
  commonName: 'alice',
  organizations: ['dev', 'ops'],
  validDays: 5,
});

const inDays = ({ certificate }: KeyAndCertificate) =>
  (expiresAt(certificate).getTime() - Date.now()) / dayMs;

/** Who each side takes the other for, in one handshake. */
async function handshake(clientPair: KeyAndCertificate, servername: string) {
  const listener = createServer({
    ...{ cert: server.certificate, key: server.key, ca: authority.certificate },
    ...{ requestCert: true, rejectUnauthorized: false },
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'secureConnection') as Promise<[TLSSocket]>;
  const socket = connect({
    ...{ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', servername },
    ...{ cert: clientPair.certificate, key: clientPair.key, ca: authority.certificate },
  });
  try {
    await once(socket, 'secureConnect');
    const [peer] = await accepted;
    return { isTrusted: peer.authorized, subject: { ...peer.getPeerCertificate().subject } };
  } finally {
    socket.destroy();
    listener.close();
  }
}

describe('createCertificateAuthority', () => {
  it('makes an authority that signs itself, for as long as asked', () => {
    const certificate = new X509Certificate(authority.certificate);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=test');
    expect(isIssuedBy(authority.certificate, authority.certificate)).toBe(true);
    expect(inDays(authority)).toBeCloseTo(10, 1);
  });
});

describe('issueCertificate', () => {
  it('names every host of a server, addresses as addresses', () => {
    const certificate = new X509Certificate(server.certificate);
    expect(certificate.subjectAltName).toContain('DNS:localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBeDefined();
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.ca).toBe(false);
  });

  it('makes client certificates that are good for nothing else', () => {
    const certificate = new X509Certificate(client.certificate);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.subjectAltName).toBeUndefined();
  });

  it('proves both sides of a connection to each other', async () => {
    await expect(handshake(client, 'localhost')).resolves.toEqual({
      isTrusted: true,
      subject: { O: ['dev', 'ops'], CN: 'alice' },
    });
  });

  it('proves no server by another name, and no client by a server’s certificate', async () => {
    await expect(handshake(client, 'example.org')).rejects.toThrow(/altnames/);
    await expect(handshake(server, 'localhost')).resolves.toMatchObject({ isTrusted: false });
  });

  it('lets no certificate outlive its authority', async () => {
    const late = await issueCertificate(authority, { commonName: 'x', validDays: 99 });
    expect(expiresAt(late.certificate)).toEqual(expiresAt(authority.certificate));
    expect(inDays(client)).toBeCloseTo(5, 1);
  });
});

describe('isIssuedBy', () => {
  it('tells authorities of the same name apart by their key', async () => {
    const other = await createCertificateAuthority('test', 10);
    expect(isIssuedBy(client.certificate, authority.certificate)).toBe(true);
    expect(isIssuedBy(client.certificate, other.certificate)).toBe(false);
  });
});
