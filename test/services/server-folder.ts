import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../cluster/certificates.js';
import { giveToServer } from './unprivileged.js';

const defaultHosts = ['localhost', '127.0.0.1', 'db.test'];

/** The folder of one server: its certificate, its data, and what else it needs. */
export class ServerFolder {
  readonly dir: string;
  readonly admin = { username: 'admin', password: randomBytes(18).toString('base64url') };
  #ca = '';

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async create(name: string): Promise<ServerFolder> {
    const folder = new ServerFolder(await mkdtemp(join(tmpdir(), `sallyport-${name}-`)));
    await giveToServer([folder.dir]);
    return folder;
  }

  /** PEM; empty until a certificate is there. */
  get ca(): string {
    return this.#ca;
  }

  get certificateFile(): string {
    return this.at('server.crt');
  }

  get keyFile(): string {
    return this.at('server.key');
  }

  get caFile(): string {
    return this.at('ca.crt');
  }

  at(name: string): string {
    return join(this.dir, name);
  }

  /** Makes a new authority, and by it a certificate for the server. */
  async createCertificate(hosts: readonly string[] = defaultHosts): Promise<void> {
    const authority = await createCertificateAuthority('test services');
    const { key, certificate } = await authority.issue({ commonName: 'test server', hosts });
    await this.write('server.key', key);
    await this.write('server.crt', certificate);
    await this.write('ca.crt', authority.certificate);
    this.#ca = authority.certificate;
  }

  /** Writes a file that only the server may read; returns its path. */
  async write(name: string, content: string): Promise<string> {
    const path = this.at(name);
    await writeFile(path, content, { mode: 0o600 });
    await giveToServer([path]);
    return path;
  }
}
