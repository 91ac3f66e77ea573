import { setTimeout as delay } from 'node:timers/promises';
import { openCheckpoint } from '../../../src/audit/log/domain/checkpoint.js';
import { type NoteVerifier, parseVerifierKey } from '../../../src/audit/log/domain/note-key.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';

/** A gateway with a Secret, who uses that, and who may have the whole log. */
export class LogWorld {
  readonly installation: TestInstallation;
  readonly base: string;
  readonly tokens = { app: '', reader: '' };

  private constructor(installation: TestInstallation, base: string) {
    this.installation = installation;
    this.base = base;
  }

  static async start(overrides: Record<string, unknown> = {}): Promise<LogWorld> {
    const installation = await TestInstallation.start(overrides);
    const [base = ''] = await installation.gateway.listen();
    const world = new LogWorld(installation, base);
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', { password: 'log-world-password' });
    world.tokens.app = await installation.user('pay', 'app', [allOfSecrets]);
    world.tokens.reader = await installation.user('pay', 'reader', []);
    await mayReadLog(installation, 'reader');
    return world;
  }

  call(wish: Call, token: string = this.tokens.app): Promise<Answer> {
    return send(this.base, { token, ...wish });
  }

  /** Something of the log, for who may have it. */
  log(path: string): Promise<Answer> {
    return this.call({ path: `/v1/audit/${path}` }, this.tokens.reader);
  }

  /** So many reads of a value, one after the other. */
  async reads(count: number): Promise<void> {
    const path = '/v1/namespaces/pay/secrets/db/keys/password';
    for (let at = 0; at < count; at += 1) {
      const { status } = await this.call({ path });
      if (status !== 200) throw new Error(`a read was answered ${status}`);
    }
  }

  async verifiers(): Promise<readonly NoteVerifier[]> {
    const lines = (await this.log('keys')).text.trimEnd().split('\n');
    return lines.map((line) => parseVerifierKey(line) as NoteVerifier);
  }

  /** The newest checkpoint, its signature checked, once it has so many entries. */
  async checkpoint(sizeMin = 1) {
    const verifiers = await this.verifiers();
    for (let tries = 0; tries < 100; tries += 1) {
      const { text: note } = await this.log('checkpoint');
      const opened = openCheckpoint(note, verifiers);
      if (opened === undefined) throw new Error(`not signed: ${note}`);
      if (opened.size >= sizeMin) return { ...opened, note };
      await delay(100);
    }
    throw new Error(`no checkpoint has ${sizeMin} entries`);
  }

  async stop(): Promise<void> {
    await this.installation.stop();
  }
}

/** Binds the right on the whole log to a ServiceAccount of namespace `pay`. */
export async function mayReadLog(
  installation: Pick<TestInstallation, 'cluster'>,
  name: string,
): Promise<void> {
  const group = 'rbac.authorization.k8s.io';
  const metadata = { name: `log-${name}` };
  const base = `/apis/${group}/v1`;
  await installation.cluster.request('POST', `${base}/clusterroles`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRole',
    metadata,
    rules: [{ apiGroups: ['sallyport.dev'], resources: ['auditlogs'], verbs: ['get'] }],
  });
  await installation.cluster.request('POST', `${base}/clusterrolebindings`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'pay' }],
  });
}
