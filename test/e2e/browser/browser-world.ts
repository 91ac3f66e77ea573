import { Chromium } from '../../browser/chromium.js';
import { type Rule, TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { seedSecret } from '../../support/seed.js';
import { allOfTokens } from '../../support/tokens-world.js';

/** Reads of all that the example queries ask for, in one namespace. */
const reads: readonly Rule[] = [
  allOfSecrets,
  allOfTokens,
  { verbs: ['get', 'list'], apiGroups: ['sallyport.dev'], resources: ['secretversions'] },
  { verbs: ['get', 'list'], apiGroups: ['sallyport.dev'], resources: ['secretrotations'] },
  { verbs: ['list'], apiGroups: ['sallyport.dev'], resources: ['auditevents'] },
  { verbs: ['list'], resources: ['pods'] },
  {
    verbs: ['list'],
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
  },
];

/** A gateway with the Secret of the documentation, a user who may read it, and a browser. */
export class BrowserWorld {
  readonly browser: Chromium;
  readonly url: string;
  readonly token: string;
  readonly #installation: TestInstallation;

  private constructor(
    installation: TestInstallation,
    { browser, url, token }: Pick<BrowserWorld, 'browser' | 'url' | 'token'>,
  ) {
    this.#installation = installation;
    this.browser = browser;
    this.url = url;
    this.token = token;
  }

  static async start(): Promise<BrowserWorld> {
    const installation = await TestInstallation.start();
    try {
      const [url = ''] = await installation.gateway.listen();
      await installation.serve('default');
      await seedSecret(installation, 'default', 'shhhhhh', { password: 'r00t123-of-the-browser' });
      const token = await installation.user('default', 'engineer', reads);
      const browser = await Chromium.start();
      return new BrowserWorld(installation, { browser, url, token });
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  /** Creates a Secret in the namespace of the user. */
  createSecret(name: string): Promise<void> {
    return seedSecret(this.#installation, 'default', name, { password: 'value-of-the-browser' });
  }

  /** Ends the browser, then the gateway. */
  async stop(): Promise<void> {
    try {
      await this.browser.stop();
    } finally {
      await this.#installation.stop();
    }
  }
}
