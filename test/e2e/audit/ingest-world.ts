import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { vi } from 'vitest';
import { applyFiles } from '../../cluster/manifests.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import { type Cluster, startCluster } from '../../cluster/cluster.js';
import { findFreePorts } from '../../cluster/free-ports.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';
import { TlsWorld } from '../../support/tls-files.js';
import type { Event as ListedEvent } from './audit-world.js';

/** What docs/see-direct-access.md says about sizes. */
export function documentedFlags(): readonly string[] {
  const page = readFileSync('docs/see-direct-access.md', 'utf8');
  return [...page.matchAll(/^(--audit-webhook-truncate\S+)$/gm)].map(([, flag = '']) => flag);
}

/** What the log holds, listed or not. */
export interface StoredEntry {
  readonly stage: string;
  readonly source: string;
  readonly callIndex: number;
  readonly event: KubernetesAuditEvent;
}

export interface Listed extends ListedEvent {
  readonly source: string;
  readonly marks: readonly string[];
}

const account = { namespace: 'sallyport', serviceAccount: 'sallyport-audit-ingest' };

export interface IngestWorldOptions {
  /** Rules of the audit policy below the shipped one, in YAML. */
  readonly otherRules?: string;
  readonly reads?: 'cached' | 'strong';
}

/** A real API server that posts its audit events, as shipped, to a gateway in front of it. */
export class IngestWorld {
  readonly installation: TestInstallation;
  readonly cluster: Cluster;
  readonly base: string;
  readonly tokens = { app: '', keyed: '', stranger: '', auditor: '', ingest: '' };
  /** Of the https listener. */
  readonly secureBase: string;
  readonly tls: TlsWorld;
  readonly #dir: string;

  private constructor(
    parts: Pick<IngestWorld, 'installation' | 'cluster' | 'base' | 'secureBase' | 'tls'>,
    dir: string,
  ) {
    this.installation = parts.installation;
    this.cluster = parts.cluster;
    this.base = parts.base;
    this.secureBase = parts.secureBase;
    this.tls = parts.tls;
    this.#dir = dir;
  }

  static async start(options: IngestWorldOptions = {}): Promise<IngestWorld> {
    const { otherRules = '', reads = 'strong' } = options;
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-ingest-'));
    const tls = await TlsWorld.create();
    const [port = 0] = await findFreePorts(1);
    writeFileSync(join(dir, 'policy.yaml'), policyWith(otherRules));
    const flags = await webhookFlags(dir, tls, port);
    let cluster: Cluster | undefined;
    const installation = await TestInstallation.start(
      {
        listen: { port: 0, tls: { port, ...tls.files } },
        // The cluster reports what it was asked, so `strong` reads are reported each.
        kubernetes: { reads },
      },
      undefined,
      async () => (cluster = await startCluster({ apiServerArguments: flags })),
    );
    if (cluster === undefined) throw new Error('the cluster was not started');
    const [base = '', secureBase = ''] = await installation.gateway.listen();
    const world = new IngestWorld({ installation, cluster, base, secureBase, tls }, dir);
    await world.#furnish();
    return world;
  }

  async #furnish(): Promise<void> {
    const { installation, cluster, tokens } = this;
    await applyFiles(cluster, 'deploy/audit');
    tokens.ingest = await cluster.createToken({ ...account, audiences: ['sallyport'] });
    writeFileSync(join(this.#dir, 'token'), tokens.ingest);
    // It keeps the first content of the file for a minute.
    await cluster.stopApiServer();
    await cluster.startApiServer();
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', {
      password: 'value-of-password',
      user: 'value-of-user',
    });
    tokens.app = await installation.user('pay', 'app', [allOfSecrets]);
    const key = { apiGroups: ['sallyport.dev'], resources: ['secretkeys'] };
    const keyed = { ...key, verbs: ['get', 'update', 'delete'], resourceNames: ['db/password'] };
    tokens.keyed = await installation.user('pay', 'keyed', [keyed]);
    tokens.stranger = await installation.user('pay', 'stranger', []);
    tokens.auditor = await installation.user('pay', 'auditor', []);
    await makeAuditor(installation, 'pay', 'auditor');
  }

  call(wish: Call, token: string = this.tokens.app): Promise<Answer> {
    return send(this.base, { token, ...wish });
  }

  /** Posts a batch as the API server does. */
  post(items: readonly unknown[], token: string = this.tokens.ingest): Promise<Answer> {
    const body = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items };
    return this.call({ method: 'POST', path: '/v1/audit/kubernetes-events', body }, token);
  }

  /** Events as an auditor sees them, newest first. */
  async listed(query: string): Promise<readonly Listed[]> {
    const answer = await this.call({ path: `/v1/audit/events?${query}` }, this.tokens.auditor);
    if (answer.status !== 200) throw new Error(`no events: ${answer.text}`);
    return answer.json<{ items: readonly Listed[] }>().items;
  }

  /** The same once there are as many as expected; the API server takes a moment to report. */
  async listedOnce(query: string, count: number): Promise<readonly Listed[]> {
    let found: readonly Listed[] = [];
    const areThere = async () => (found = await this.listed(query)).length >= count;
    await vi.waitUntil(areThere, { timeout: 20_000, interval: 200 });
    return found;
  }

  /** Entries of the log about a Secret, oldest first, also those that no list shows. */
  entriesOf(secret: string): readonly StoredEntry[] {
    return this.#entries("CAST(event AS TEXT) ->> '$.objectRef.name' = ?", secret);
  }

  /** Entries that the cluster reported. */
  reports(): readonly StoredEntry[] {
    return this.#entries('source = ?', 'cluster');
  }

  /** Entries that the gateway wrote. */
  own(): readonly StoredEntry[] {
    return this.#entries('source = ?', 'gateway');
  }

  /** What the API server has written into its own log by the same policy. */
  clusterLog(): readonly KubernetesAuditEvent[] {
    const lines = readFileSync(join(this.#dir, 'cluster.log'), 'utf8').split('\n');
    // The last one may be half written; the API server writes this type.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as KubernetesAuditEvent);
  }

  async stop(): Promise<void> {
    try {
      await this.installation.stop();
    } finally {
      this.tls.remove();
      rmSync(this.#dir, { recursive: true, force: true });
    }
  }

  #entries(condition: string, value: string): readonly StoredEntry[] {
    const file = join(this.installation.dataDir, 'sallyport.db');
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const rows = database
        .prepare(
          `SELECT stage, source, call_index, event FROM audit_entries
           WHERE ${condition} ORDER BY leaf_index`,
        )
        .all(value);
      return rows.map((row) => ({
        stage: String(row['stage']),
        source: String(row['source']),
        callIndex: Number(row['call_index']),
        // The gateway wrote it from this type.
        event: JSON.parse(
          Buffer.from(row['event'] as Uint8Array).toString('utf8'),
        ) as KubernetesAuditEvent,
      }));
    } finally {
      database.close();
    }
  }
}

/** The shipped policy, whose last rule is about all else, with other rules above that. */
function policyWith(otherRules: string): string {
  const last = '  - level: None\n';
  return readFileSync('deploy/audit/policy.yaml', 'utf8').replace(last, `${otherRules}${last}`);
}

/** The policy of this test, and the shipped kubeconfig with the places of this test. */
async function webhookFlags(dir: string, tls: TlsWorld, port: number): Promise<readonly string[]> {
  const places = {
    'sallyport.example.com:8443': `127.0.0.1:${port}`,
    '/etc/kubernetes/sallyport': dir,
  };
  const kubeconfig = Object.entries(places).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    readFileSync('deploy/audit/webhook.kubeconfig', 'utf8'),
  );
  writeFileSync(join(dir, 'webhook.kubeconfig'), kubeconfig);
  writeFileSync(join(dir, 'ca.crt'), tls.ca);
  // There is none yet, and the API server does not start without the file.
  writeFileSync(join(dir, 'token'), 'none-yet');
  return [
    `--audit-policy-file=${join(dir, 'policy.yaml')}`,
    `--audit-log-path=${join(dir, 'cluster.log')}`,
    `--audit-webhook-config-file=${join(dir, 'webhook.kubeconfig')}`,
    ...documentedFlags(),
    '--audit-webhook-batch-max-wait=300ms',
  ];
}
