import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CuttingProxy } from '../../postgres/cutting-proxy.js';
import { type BuiltGateway, buildGateway } from '../../support/child-gateway.js';
import { allOfSecrets, TestInstallation } from '../../support/gateway.js';
import { findLeaks } from '../../support/leak-check.js';
import { CrashGateway } from '../../support/rotation-crash-gateway.js';
import { CrashStorage } from '../../support/rotation-crash-storage.js';
import { virtual } from '../../support/tokens-world.js';

/** Namespace of the Secrets that are read and written. */
export const replicaNamespace = 'pay';
const clock = pathToFileURL(join(import.meta.dirname, '../../support/shifted-clock.mjs')).href;
const SKEW_MS = 5_000;
/** Of the clocks of the replicas, against the clock of the database. */
const skewsMs = [0, SKEW_MS, -SKEW_MS];
const TOKEN_SECONDS = 86_400;
const unlimited = { requestsPerSecond: 1_000_000, burst: 1_000_000 };

/** A gateway in a process of its own, and what is between it and the database. */
export interface Replica {
  readonly gateway: CrashGateway;
  readonly database: CuttingProxy;
}

/** Of one who may do everything with Secrets of the namespace, and of one who may read the log. */
export interface ReplicaTokens {
  readonly owner: string;
  readonly auditor: string;
}

interface Parts {
  readonly installation: TestInstallation;
  readonly built: BuiltGateway;
  readonly storage: CrashStorage;
  readonly replicas: readonly Replica[];
  readonly tokens: ReplicaTokens;
  readonly dir: string;
}

/** Three gateways on one PostgreSQL, whose clocks are five seconds apart. */
export class ReplicaWorld {
  readonly installation: TestInstallation;
  readonly storage: CrashStorage;
  readonly replicas: readonly Replica[];
  readonly tokens: ReplicaTokens;
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.installation = parts.installation;
    this.storage = parts.storage;
    this.replicas = parts.replicas;
    this.tokens = parts.tokens;
  }

  static async start(): Promise<ReplicaWorld> {
    const idle = { versions: { enabled: false }, sync: { enabled: false } };
    const [installation, built, storage] = await Promise.all([
      TestInstallation.start(idle),
      buildGateway(),
      CrashStorage.start(),
    ]);
    await installation.serve(replicaNamespace);
    const rights = [allOfSecrets, virtual('secretversions', 'get', 'list')];
    await installation.user(replicaNamespace, 'owner', rights);
    await installation.clusterUser(replicaNamespace, 'auditor', [
      ...[virtual('auditevents', 'list'), virtual('auditlogs', 'get')],
    ]);
    const [owner, auditor] = await Promise.all(
      (['owner', 'auditor'] as const).map((account) => longToken(installation, account)),
    );
    const tokens = { owner: String(owner), auditor: String(auditor) };
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-replicas-'));
    const replicas: Replica[] = [];
    for (const [index, skewMs] of skewsMs.entries()) {
      const database = await CuttingProxy.start(storage.url);
      const { auditKeyFile, encryptionKeyFile } = storage;
      const gateway = await CrashGateway.start({
        ...{ installation, token: tokens.owner, main: built.main, settings: { limits: unlimited } },
        dir: join(dir, String(index)),
        storage: { url: database.url(storage.url), auditKeyFile, encryptionKeyFile },
        environment: () => clockShiftedBy(skewMs),
      });
      replicas.push({ gateway, database });
    }
    return new ReplicaWorld({ installation, built, storage, replicas, tokens, dir });
  }

  newFile(name: string): string {
    return join(this.#parts.dir, name);
  }

  /** Ends everything; throws if a value is in a file of a gateway. */
  async stop(): Promise<void> {
    const { installation, built, storage, dir } = this.#parts;
    try {
      for (const { gateway, database } of this.replicas) {
        await gateway.end();
        await database.stop();
        const leaks = await findLeaks(installation.cluster, [], gateway.dataDir);
        if (leaks.length > 0) throw new Error(`values leaked: ${leaks.join('; ')}`);
      }
    } finally {
      await installation.stop();
      await storage.stop();
      built.remove();
      rmSync(dir, { recursive: true, force: true });
    }
  }
}

/** Returns a token for a run that takes longer than an hour. */
function longToken({ cluster }: TestInstallation, serviceAccount: string): Promise<string> {
  const account = { namespace: replicaNamespace, serviceAccount, audiences: ['sallyport'] };
  return cluster.createToken({ ...account, expirationSeconds: TOKEN_SECONDS });
}

function clockShiftedBy(shiftMs: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${clock}`, TEST_CLOCK_SHIFT_MS: String(shiftMs) };
}
