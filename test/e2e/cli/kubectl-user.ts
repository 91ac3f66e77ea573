import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TlsWorld } from '../../support/tls-files.js';
import { OidcWorld } from './oidc-world.js';

const TIMEOUT_MS = 60_000;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A user of kubectl, and a gateway with https that trusts the user's issuer. */
export class KubectlUser {
  readonly world: OidcWorld;
  readonly home: string;
  readonly caFile: string;
  readonly #tls: TlsWorld;

  private constructor(world: OidcWorld, tls: TlsWorld, home: string) {
    this.world = world;
    this.#tls = tls;
    this.home = home;
    this.caFile = join(home, 'ca.crt');
    mkdirSync(home, { recursive: true });
    writeFileSync(this.caFile, tls.ca);
  }

  static async start(): Promise<KubectlUser> {
    const tls = await TlsWorld.create();
    const { cert, key } = tls.files;
    const world = await OidcWorld.start({ listen: { port: 0, tls: { port: 0, cert, key } } });
    return new KubectlUser(world, tls, world.newHome());
  }

  get secureUrl(): string {
    return this.world.urls[1] ?? '';
  }

  /** Logs in at the https address of the gateway; the context is `work`. */
  async logIn(name: string): Promise<void> {
    const { world } = this;
    const line = `${world.loginLine} --ca-file ${this.caFile}`;
    const { code, err } = await world.logIn(
      this.home,
      name,
      line.replace(world.url, this.secureUrl),
    );
    if (code !== 0) throw new Error(err);
  }

  /** Runs the real kubectl in the home of the user. */
  kubectl(line: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const { promise, resolve } = Promise.withResolvers<Ran>();
    execFile(
      this.world.installation.cluster.kubectlPath,
      line.split(' '),
      {
        env: { PATH: process.env['PATH'], HOME: this.home, ...env },
        cwd: this.home,
        timeout: TIMEOUT_MS,
      },
      (error, out, err) => {
        const { code } = Object(error) as { readonly code?: unknown };
        resolve({ code: error === null ? 0 : Number(code ?? 1), out, err });
      },
    );
    return promise;
  }

  async stop(): Promise<void> {
    await this.world.stop();
    this.#tls.remove();
  }
}
