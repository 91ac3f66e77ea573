import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestCluster } from '../cluster/test-cluster.js';
import { type BuiltGateway, buildGateway } from './child-gateway.js';
import { TestInstallation, allOfSecrets } from './gateway.js';
import { findLeaks } from './leak-check.js';
import { CrashGateway, type SharedStorage } from './rotation-crash-gateway.js';
import { virtual } from './tokens-world.js';

const user = 'sharer';
/** Namespace of the shared Secrets. */
export const owners = 'pay';
const PERSIST_MS_MAX = 60_000;
const RETRY_MS = 100;

/** Gateways in processes of their own, which copy, and the user that shares and imports. */
export class CopyCrashWorld {
  readonly gateways: CrashGateway[] = [];
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `storage`: database of all gateways, if there are more than one. */
  static async start(storage?: SharedStorage): Promise<CopyCrashWorld> {
    // The gateway of the installation itself serves no namespace with shares.
    const idle = { versions: { enabled: false }, namespaces: { served: ['nothing'] } };
    const [installation, built] = await Promise.all([TestInstallation.start(idle), buildGateway()]);
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-copy-crash-'));
    await installation.serve(owners);
    const shares = virtual('secretshares', 'get', 'list', 'create', 'update', 'patch');
    const token = await installation.user(owners, user, [
      allOfSecrets,
      shares,
      virtual('secretshares/revoke', 'create'),
    ]);
    return new CopyCrashWorld({ installation, built, dir, token, storage });
  }

  get cluster(): TestCluster {
    return this.#parts.installation.cluster;
  }

  async launch(name: string): Promise<CrashGateway> {
    const { built, installation, dir, token, storage } = this.#parts;
    const parts = { installation, token, storage, main: built.main, dir: join(dir, name) };
    const gateway = await CrashGateway.start(parts);
    this.gateways.push(gateway);
    return gateway;
  }

  /** Makes a namespace in which the user may import, and a token that may watch Secrets there. */
  async consumer(namespace: string): Promise<string> {
    const { installation } = this.#parts;
    await installation.serve(namespace);
    const imports = virtual('secretimports', 'get', 'list', 'create', 'update', 'patch', 'delete');
    await installation.grant(namespace, user, [allOfSecrets, imports], owners);
    await installation.user(namespace, 'watcher', [allOfSecrets]);
    return this.cluster.createToken({ namespace, serviceAccount: 'watcher' });
  }

  /** Repeats a write over a gateway until it is done, whichever process is killed meanwhile. */
  async put(path: string, body: object, method = 'PUT'): Promise<void> {
    const untilMs = performance.now() + PERSIST_MS_MAX;
    let last = '';
    while (performance.now() < untilMs) {
      for (const gateway of this.gateways) {
        const answer = await askIfRunning(gateway, path, { method, body });
        if (answer !== undefined && answer.status < 300) return;
        if (answer !== undefined) last = `${answer.status} ${answer.text}`;
      }
      await pause(RETRY_MS);
    }
    throw new Error(`${method} ${path}: ${last}`);
  }

  /** Ends everything; throws if a value is in a file of a gateway. */
  async stop(): Promise<void> {
    const { installation, built, dir } = this.#parts;
    try {
      for (const gateway of this.gateways) {
        await gateway.end();
        const leaks = await findLeaks(this.cluster, [], gateway.dataDir);
        if (leaks.length > 0) throw new Error(`values leaked: ${leaks.join('; ')}`);
      }
    } finally {
      await installation.stop();
      built.remove();
      rmSync(dir, { recursive: true, force: true });
    }
  }
}

async function askIfRunning(gateway: CrashGateway, ...call: Parameters<CrashGateway['ask']>) {
  try {
    return await gateway.ask(...call);
  } catch {
    // The process was killed, or is not listening yet.
    return undefined;
  }
}

interface Parts {
  readonly installation: TestInstallation;
  readonly built: BuiltGateway;
  readonly dir: string;
  readonly token: string;
  readonly storage: SharedStorage | undefined;
}
