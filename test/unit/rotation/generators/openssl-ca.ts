import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { CaSecret } from '../../../../src/rotation/generators/signing-authority.js';
import { findProgram } from '../../../services/programs.js';

const run = promisify(execFile);
const openssl = () => findProgram('openssl', 'openssl');

export interface MadeCa {
  /** File names without their ends. */
  readonly path: string;
  readonly certificate: string;
  readonly key: string;
}

export interface CaRequest {
  /** What `openssl genpkey` takes. */
  readonly key?: readonly string[];
  readonly extensions?: readonly string[];
  readonly days?: number;
  readonly issuer?: MadeCa;
}

export const keyKinds = {
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  RSA: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  Ed25519: ['-algorithm', 'ED25519'],
} as const;

const caExtensions = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];

/** CAs as somebody else's program makes them, and its opinion of certificates. */
export class OpensslFolder {
  readonly #folder: string;
  #files = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<OpensslFolder> {
    return new OpensslFolder(await mkdtemp(join(tmpdir(), 'openssl-')));
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  /** A certificate, of a CA unless the extensions say otherwise; self-signed without `issuer`. */
  async makeCa(name: string, request: CaRequest = {}): Promise<MadeCa> {
    const path = this.#newPath();
    const { key = keyKinds['P-256'], extensions = caExtensions, days = 100, issuer } = request;
    await run(openssl(), ['genpkey', ...key, '-out', `${path}.key`]);
    await writeFile(`${path}.cnf`, '[req]\ndistinguished_name=dn\n[dn]\n');
    const subject = ['-new', '-key', `${path}.key`, '-subj', `/O=test/CN=${name}`];
    const asked = ['req', ...subject, '-config', `${path}.cnf`];
    const signed = ['-days', String(days), '-out', `${path}.crt`];
    if (issuer === undefined) {
      const added = extensions.flatMap((extension) => ['-addext', extension]);
      await run(openssl(), [...asked, '-x509', ...added, ...signed]);
    } else {
      await writeFile(`${path}.ext`, extensions.join('\n'));
      await run(openssl(), [...asked, '-out', `${path}.csr`]);
      const by = ['-CA', `${issuer.path}.crt`, '-CAkey', `${issuer.path}.key`, '-CAcreateserial'];
      const from = ['-in', `${path}.csr`, '-extfile', `${path}.ext`];
      await run(openssl(), ['x509', '-req', ...from, ...by, ...signed]);
    }
    const [certificate, keyPem] = [
      await readFile(`${path}.crt`, 'utf8'),
      await readFile(`${path}.key`, 'utf8'),
    ];
    return { path, certificate, key: keyPem };
  }

  /** What `openssl verify` says of the first certificate, for servers; throws where it is bad. */
  async verify(chain: string, trusted: string, more: readonly string[] = []): Promise<string> {
    const path = this.#newPath();
    await writeFile(`${path}.crt`, chain);
    await writeFile(`${path}.ca`, trusted);
    const files = ['-CAfile', `${path}.ca`, '-untrusted', `${path}.crt`, `${path}.crt`];
    const strictly = ['-no-CApath', '-no-CAstore', '-x509_strict', '-purpose', 'sslserver'];
    const { stdout } = await run(openssl(), ['verify', ...strictly, ...more, ...files]);
    return stdout.trim().split(': ').at(-1) ?? '';
  }

  /** Of the first certificate. */
  async text(certificate: string): Promise<string> {
    const path = this.#newPath();
    await writeFile(path, certificate);
    return (await run(openssl(), ['x509', '-in', path, '-noout', '-text'])).stdout;
  }

  #newPath(): string {
    this.#files += 1;
    return join(this.#folder, String(this.#files));
  }
}

/** As a Secret of type kubernetes.io/tls holds it. */
export function caSecret(ca: MadeCa, above: readonly MadeCa[] = []): CaSecret {
  const certificate = [ca, ...above].map((one) => one.certificate).join('');
  return { certificate, privateKey: SecretValue.fromBytes(Buffer.from(ca.key)) };
}
