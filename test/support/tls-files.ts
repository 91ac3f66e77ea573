import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CertificateRequest,
  type KeyAndCertificate,
  createCertificateAuthority,
  issueCertificate,
} from '../../src/core/certificate-authority.js';

/** Authorities of a server and of its clients, and the files of a TLS listener. */
export class TlsWorld {
  /** PEM of the server's authority. */
  readonly ca: string;
  readonly files: { readonly cert: string; readonly key: string; readonly clientCa: string };
  readonly #dir: string;
  readonly #authority: KeyAndCertificate;
  readonly #clients: KeyAndCertificate;

  private constructor(dir: string, authority: KeyAndCertificate, clients: KeyAndCertificate) {
    this.#dir = dir;
    this.#authority = authority;
    this.#clients = clients;
    this.ca = authority.certificate;
    const at = (name: string) => join(dir, name);
    this.files = { cert: at('tls.crt'), key: at('tls.key'), clientCa: at('clients.crt') };
  }

  static async create(): Promise<TlsWorld> {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
    const world = new TlsWorld(
      dir,
      await createCertificateAuthority('server', 30),
      await createCertificateAuthority('clients', 30),
    );
    await world.renewServer();
    world.trustClientsOf(world.#clients);
    return world;
  }

  /** Writes a new certificate for the server. */
  async renewServer(): Promise<KeyAndCertificate> {
    const hosts = ['127.0.0.1', 'localhost'];
    const pair = await issueCertificate(this.#authority, {
      commonName: 'gateway',
      hosts,
      validDays: 1,
    });
    writeFileSync(this.files.cert, pair.certificate);
    writeFileSync(this.files.key, pair.key, { mode: 0o600 });
    return pair;
  }

  trustClientsOf({ certificate }: Pick<KeyAndCertificate, 'certificate'>): void {
    writeFileSync(this.files.clientCa, certificate);
  }

  /** A certificate of a client, by default one that the gateway trusts. */
  client(
    request: Partial<CertificateRequest> & Pick<CertificateRequest, 'commonName'>,
    authority: KeyAndCertificate = this.#clients,
  ): Promise<KeyAndCertificate> {
    return issueCertificate(authority, { validDays: 1, ...request });
  }

  get clients(): KeyAndCertificate {
    return this.#clients;
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
