import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runProgram } from '../../../src/cli/program/run-program.js';
import { TestTerminal, type TerminalWish } from '../../support/cli-terminal.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { OidcIssuer } from '../../support/oidc-issuer.js';
import { USER_CLIENT, UserLogins } from '../../support/oidc-user-logins.js';
import { TestBrowser } from '../../support/test-browser.js';
import type { Ended } from './cli-world.js';

const namespace = 'pay';
const group = 'rbac.authorization.k8s.io';

/** A gateway that trusts an issuer, where people log in. Members of `devs` may use Secrets. */
export class OidcWorld {
  readonly installation: TestInstallation;
  readonly issuer: OidcIssuer;
  readonly logins: UserLogins;
  /** URLs of the gateway: http, and https if it has a certificate. */
  readonly urls: readonly string[];
  readonly folder: string;
  #folders = 0;

  private constructor(parts: {
    readonly installation: TestInstallation;
    readonly issuer: OidcIssuer;
    readonly logins: UserLogins;
    readonly urls: readonly string[];
  }) {
    this.installation = parts.installation;
    this.issuer = parts.issuer;
    this.logins = parts.logins;
    this.urls = parts.urls;
    this.folder = mkdtempSync(join(tmpdir(), 'sallyport-login-'));
  }

  static async start(overrides: Record<string, unknown> = {}): Promise<OidcWorld> {
    const logins = new UserLogins();
    const issuer = await OidcIssuer.start({}, logins);
    const jwt = [trust(issuer.url, [USER_CLIENT, issuer.audience])];
    const installation = await TestInstallation.start({ auth: { jwt }, ...overrides });
    const urls = await installation.gateway.listen();
    await installation.serve(namespace);
    await bindDevs(installation);
    return new OidcWorld({ installation, issuer, logins, urls });
  }

  get url(): string {
    return this.urls[0] ?? '';
  }

  /** Folder of a user who has not logged in. */
  newHome(): string {
    this.#folders += 1;
    return join(this.folder, `home-${this.#folders}`);
  }

  /** Starts a command line. Its output can be read while it runs. */
  start(line: string, wish: TerminalWish): { terminal: TestTerminal; ended: Promise<Ended> } {
    const terminal = new TestTerminal(wish);
    const ended = runProgram(line.split(' '), terminal).then((code) => {
      const { output: out, errors: err, prompts } = terminal;
      return { code, out, err, prompts };
    });
    return { terminal, ended };
  }

  run(line: string, homeFolder: string, wish: Partial<TerminalWish> = {}): Promise<Ended> {
    return this.start(line, { homeFolder, ...wish }).ended;
  }

  /** Options of a login at the issuer. */
  get loginLine(): string {
    const { url } = this;
    return `login --name work --address ${url} -n pay ${this.issuerOptions}`;
  }

  get issuerOptions(): string {
    return `--issuer ${this.issuer.url} --client-id ${USER_CLIENT} --no-browser`;
  }

  /** Logs a user in, in a browser. */
  async logIn(
    homeFolder: string,
    user: string,
    line = this.loginLine,
    env: TerminalWish['env'] = {},
  ): Promise<Ended> {
    const { terminal, ended } = this.start(line, { homeFolder, env });
    const page = await new TestBrowser().logIn(await addressIn(terminal), user);
    if (!page.text.includes('You can close this window')) throw new Error(page.text);
    return ended;
  }

  /** Content of the file with the tokens of a login. */
  saved(homeFolder: string, context = 'work'): Record<string, string & number> {
    const path = join(homeFolder, '.config', 'sallyport', 'logins', context);
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string & number>;
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.installation.stop();
    await this.issuer.pause();
  }
}

/** Waits for the address that a login prints. */
export async function addressIn(terminal: TestTerminal): Promise<string> {
  const find = (): string => /^https?:\S+$/m.exec(terminal.errors)?.[0] ?? '';
  await vi.waitUntil(() => find() !== '', { timeout: 10_000 });
  return find();
}

function trust(url: string, audiences: readonly string[]) {
  return {
    issuer: { url, audiences },
    claimMappings: {
      username: { claim: 'username', prefix: 'oidc:' },
      groups: { claim: 'groups', prefix: 'oidc:' },
    },
  };
}

async function bindDevs({ cluster }: TestInstallation): Promise<void> {
  const url = `/apis/${group}/v1/namespaces/${namespace}`;
  const role = { apiVersion: `${group}/v1`, kind: 'Role', metadata: { name: 'devs' } };
  const rules = [
    { apiGroups: [''], ...allOfSecrets },
    { apiGroups: ['sallyport.dev'], resources: ['secretversions'], verbs: ['get', 'list'] },
    { apiGroups: ['sallyport.dev'], resources: ['secretversions/restore'], verbs: ['create'] },
  ];
  await cluster.request('POST', `${url}/roles`, { ...role, rules });
  await cluster.request('POST', `${url}/rolebindings`, {
    ...role,
    kind: 'RoleBinding',
    roleRef: { apiGroup: group, kind: 'Role', name: 'devs' },
    subjects: [{ apiGroup: group, kind: 'Group', name: 'oidc:devs' }],
  });
}
