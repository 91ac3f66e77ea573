import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway } from '../../../src/app/gateway.js';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { allOfSecrets, gatewayConfig } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { allOfTokens, TokensWorld } from '../../support/tokens-world.js';

/** Path of a Secret that the owner may do everything with. */
export const secretPath = '/v1/namespaces/pay/secrets/db';

interface Parts {
  readonly dir: string;
  readonly world: TokensWorld;
  readonly other: Gateway;
  readonly bases: readonly [string, string];
  readonly owner: string;
}

/** Two gateways with one database, one cluster and the same keys. */
export class TwoGateways {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts them with the PostgreSQL database of a URL; `storage`: other settings of it. */
  static async start(
    url: string,
    storage: { readonly connectionsMax?: number } = {},
  ): Promise<TwoGateways> {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-other-'));
    const keyFile = join(dir, 'shared.key');
    new LogKeyFile({ path: keyFile }).create();
    const file = join(dir, 'shared-history.key');
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
    const encryption = { keys: [{ id: 'shared', source: { file } }] };
    const shared = { storage: { url, ...storage }, audit: { keyFile }, encryption };
    const world = await TokensWorld.start(shared);
    const { installation } = world;
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', { password: 'hunter2-hunter2' });
    const owner = await installation.user('pay', 'owner', [allOfSecrets, allOfTokens]);
    const config = await gatewayConfig(installation.cluster, dir, shared);
    const destination = { write: (line: string) => void (installation.log as string[]).push(line) };
    const other = await createGateway(config, { level: 'info', destination });
    const [otherBase = ''] = await other.listen();
    return new TwoGateways({ dir, world, other, bases: [world.base, otherBase], owner });
  }

  get world(): TokensWorld {
    return this.#parts.world;
  }

  /** Addresses of both. */
  get bases(): readonly [string, string] {
    return this.#parts.bases;
  }

  /** Credential that may do everything with Secrets and tokens of the namespace `pay`. */
  get owner(): string {
    return this.#parts.owner;
  }

  read(base: string, token: string): Promise<Answer> {
    return send(base, { path: secretPath, token });
  }

  async stop(): Promise<void> {
    const { dir, world, other } = this.#parts;
    await other.stop();
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
