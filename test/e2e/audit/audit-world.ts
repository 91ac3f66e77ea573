import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';

export interface Event {
  readonly id: string;
  readonly time: string;
  readonly user: string;
  readonly action: string;
  readonly outcome: string;
  readonly code: number;
  readonly namespace?: string;
  readonly secret?: string;
  readonly keys: readonly string[];
  readonly plane: string;
  readonly reason?: string;
  readonly parentId?: string;
  readonly auditId: string;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly credentialId?: string;
  readonly groups: readonly string[];
}

export interface Page {
  readonly items: readonly Event[];
  readonly continue?: string;
}

/** A gateway with two namespaces of Secrets, and users of different rights on the trail. */
export class AuditWorld {
  readonly installation: TestInstallation;
  readonly base: string;
  readonly tokens = { app: '', stranger: '', auditor: '', local: '', wanderer: '' };

  private constructor(installation: TestInstallation, base: string) {
    this.installation = installation;
    this.base = base;
  }

  static async start(): Promise<AuditWorld> {
    const installation = await TestInstallation.start();
    const [base = ''] = await installation.gateway.listen();
    const world = new AuditWorld(installation, base);
    const { tokens } = world;
    await installation.serve('pay');
    await installation.serve('shop');
    await installation.serve('vault');
    await seedSecret(installation, 'pay', 'db', { user: 'root', password: 'root' });
    await seedSecret(installation, 'shop', 'db', { password: 'root' });
    const list = { verbs: ['list'], resources: ['auditevents'], apiGroups: ['sallyport.dev'] };
    tokens.app = await installation.user('pay', 'app', [allOfSecrets]);
    tokens.stranger = await installation.user('pay', 'stranger', []);
    tokens.auditor = await installation.user('pay', 'auditor', []);
    tokens.local = await installation.user('pay', 'local', [list]);
    tokens.wanderer = await installation.user('pay', 'wanderer', [
      { verbs: ['list'], resources: ['secrets'] },
    ]);
    await installation.grant(
      'shop',
      'wanderer',
      [{ verbs: ['list'], resources: ['secrets'] }],
      'pay',
    );
    await makeAuditor(installation, 'pay', 'auditor');
    return world;
  }

  call(wish: Call, token: string = this.tokens.app): Promise<Answer> {
    return send(this.base, { token, ...wish });
  }

  async find(query = '', token: string = this.tokens.auditor): Promise<Page> {
    const answer = await send(this.base, { path: `/v1/audit/events${query}`, token });
    if (answer.status !== 200) throw new Error(`no events: ${answer.text}`);
    return answer.json<Page>();
  }

  /** The events of one request, newest first. */
  async eventsOf(answer: Answer): Promise<readonly Event[]> {
    const id = answer.headers['audit-id'];
    const { items } = await this.find();
    return items.filter(({ auditId, parentId }) => auditId === id || parentId === id);
  }

  async stop(): Promise<void> {
    await this.installation.stop();
  }
}
