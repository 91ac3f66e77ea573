import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databasePath } from '../../src/platform/storage/open-database.js';
import { type BuiltGateway, buildGateway } from './child-gateway.js';
import { TestInstallation } from './gateway.js';
import { findLeaks } from './leak-check.js';
import { FlightProxy } from './rotation-crash-flights.js';
import { CrashGate } from './rotation-crash-gate.js';
import { CrashGateway, type SharedStorage, rotationOf } from './rotation-crash-gateway.js';
import { CrashNamespace } from './rotation-crash-namespaces.js';
import type { CrashTarget } from './rotation-crash-targets.js';
import { rotationRoles } from './rotation-world.js';
import { eventually, virtual } from './tokens-world.js';

/** One Secret that is rotated at one target; all that its runs say passes one gate. */
export interface CrashSlot {
  readonly target: CrashTarget;
  readonly namespace: CrashNamespace;
  readonly gate: CrashGate;
  readonly proxy: FlightProxy | undefined;
}

/** A run as its row was when its process died. */
export interface DeadRun {
  readonly id: string;
  readonly namespace: string;
  readonly state: string;
  readonly step: string;
}

const home = 'crash-home';

/** Gateways in processes of their own, which die where a test wants them to, and what they need. */
export class CrashWorld {
  readonly slots: readonly CrashSlot[];
  readonly token: string;
  readonly #parts: Parts;
  readonly #gateways: CrashGateway[] = [];

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.slots = parts.slots;
    this.token = parts.token;
  }

  /**
   * `targets`: it does not wait for them until it needs them. `storage`: what its gateways share,
   * if there are more than one.
   */
  static async start(
    targets: readonly CrashTarget[] | Promise<readonly CrashTarget[]>,
    storage?: SharedStorage,
  ): Promise<CrashWorld> {
    // The gateway of the installation itself does nothing.
    const idle = { versions: { enabled: false }, rotation: { enabled: false } };
    const [installation, built, all] = await Promise.all([
      TestInstallation.start(idle),
      buildGateway(),
      targets,
    ]);
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-rotation-crash-'));
    const token = await makeOwner(installation);
    const slots = await Promise.all(all.map((target, at) => slotOf(installation, target, at)));
    return new CrashWorld({ installation, built, dir, token, slots, storage });
  }

  /** Starts a gateway; what it asks of its cluster about a slot passes the slot's gate. */
  async launch(name: string, { isGated }: { readonly isGated: boolean }): Promise<CrashGateway> {
    const { built, installation, dir, token, storage } = this.#parts;
    const parts = { installation, token, storage, main: built.main, dir: join(dir, name) };
    const gateway = await CrashGateway.start(parts);
    this.#gateways.push(gateway);
    if (isGated) gateClusterOf(gateway, this.slots);
    return gateway;
  }

  /** Makes all that is to be rotated, and says so to a gateway. */
  async rotateAll(gateway: CrashGateway): Promise<void> {
    for (const slot of this.slots) {
      const { namespace, proxy, target } = slot;
      const place = { port: proxy?.port ?? 0, namespace: namespace.name };
      const { secrets, spec } = await target.prepare(place);
      await namespace.seed(secrets);
      // A cluster that has just learnt of rotations may not take one at once.
      await eventually(async () => {
        const answer = await gateway.ask(rotationOf(slot), { method: 'PUT', body: spec });
        if (![200, 201].includes(answer.status))
          throw new Error(`no policy: ${answer.status} ${answer.text}`);
      });
    }
  }

  /** `kill -9`; what it had said and was held is never heard of. */
  async kill(gateway: CrashGateway): Promise<void> {
    await gateway.kill();
    for (const { gate, proxy } of this.slots) {
      proxy?.cut();
      gate.cut();
    }
  }

  /** Ends everything; throws where a value stands in a file of a gateway. */
  async stop(): Promise<void> {
    const { installation, built, dir } = this.#parts;
    try {
      for (const gateway of this.#gateways) {
        await gateway.end();
        const leaks = await findLeaks(installation.cluster, [], gateway.dataDir);
        if (leaks.length > 0) throw new Error(`values leaked: ${leaks.join('; ')}`);
      }
    } finally {
      for (const { proxy } of this.slots) await proxy?.stop();
      await installation.stop();
      built.remove();
      rmSync(dir, { recursive: true, force: true });
    }
  }
}

/** The newest run of each Secret, as a process that is dead left it, looked at in a copy. */
export function deadRuns({ dataDir }: CrashGateway): readonly DeadRun[] {
  const copy = mkdtempSync(join(tmpdir(), 'sallyport-rotation-dead-'));
  try {
    cpSync(dataDir, copy, { recursive: true });
    const newest = `SELECT id, namespace, state, step FROM rotation_runs r WHERE started_ms =
      (SELECT max(started_ms) FROM rotation_runs o WHERE o.namespace = r.namespace)`;
    return queryFile(copy, newest) as unknown as readonly DeadRun[];
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Asks the database in a data folder that no gateway uses. */
export function queryFile(dataDir: string, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(databasePath(dataDir), { timeout: 5_000 });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

interface Parts {
  readonly installation: TestInstallation;
  readonly built: BuiltGateway;
  readonly dir: string;
  readonly token: string;
  readonly slots: readonly CrashSlot[];
  readonly storage: SharedStorage | undefined;
}

/** A caller that owns every slot and may have the whole audit log. */
async function makeOwner(installation: TestInstallation): Promise<string> {
  await CrashNamespace.make(installation.cluster, home);
  const token = await installation.user(home, 'owner', []);
  const name = 'crash-owner';
  const apiGroup = 'rbac.authorization.k8s.io';
  const base = `/apis/${apiGroup}/v1`;
  const rules = [...rotationRoles.owner, virtual('auditlogs', 'get')];
  await installation.cluster.request('POST', `${base}/clusterroles`, {
    ...{ apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name } },
    rules: rules.map((rule) => ({ apiGroups: [''], ...rule })),
  });
  await installation.cluster.request('POST', `${base}/clusterrolebindings`, {
    ...{ apiVersion: `${apiGroup}/v1`, kind: 'ClusterRoleBinding', metadata: { name } },
    roleRef: { apiGroup, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: 'owner', namespace: home }],
  });
  return token;
}

async function slotOf(
  { cluster }: TestInstallation,
  target: CrashTarget,
  at: number,
): Promise<CrashSlot> {
  const gate = new CrashGate();
  const namespace = await CrashNamespace.make(cluster, `crash-${at}`);
  const { port } = target;
  const proxy = port === undefined ? undefined : await FlightProxy.start(port, gate);
  return { target, namespace, gate, proxy };
}

function gateClusterOf({ cluster }: CrashGateway, slots: readonly CrashSlot[]): void {
  cluster.onRequest = ({ method, path }) => gateOf(slots, path)?.join()(`${method} ${path}`);
  cluster.onAnswer = ({ method, path, status }) =>
    gateOf(slots, path)?.join()(`${status} ${method} ${path}`);
}

/** Followed collections and statuses go on beside a run: they are no part of it. */
function gateOf(slots: readonly CrashSlot[], path: string): CrashGate | undefined {
  if (/watch=true|\/status\?/.test(path)) return undefined;
  return slots.find(({ namespace: { name } }) => path.includes(`/namespaces/${name}/`))?.gate;
}
