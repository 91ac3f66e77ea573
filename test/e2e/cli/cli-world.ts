import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../src/cli/program/run-program.js';
import { TestTerminal, type TerminalWish } from '../../support/cli-terminal.js';
import { type Rule, TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { allOfTokens, virtual } from '../../support/tokens-world.js';

const namespace = 'pay';
const history: readonly Rule[] = [
  virtual('secretversions', 'get', 'list'),
  virtual('secretversions/restore', 'create'),
];
const rotations: readonly Rule[] = [
  virtual('secretrotations', 'get', 'list', 'create', 'update'),
  virtual('secretrotations/run', 'create'),
];
const environments = virtual('secretenvironments', 'get', 'create', 'update');
const roles = {
  owner: [allOfSecrets, ...history, ...rotations, allOfTokens, environments],
  auditor: [virtual('auditevents', 'list')],
  historian: history,
  reader: [{ verbs: ['get', 'list'], resources: ['secrets'] }],
  nobody: [{ verbs: ['get'], resources: ['configmaps'] }],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

export type Role = keyof typeof roles;

/** Words of a command line; a text has them between spaces. */
export type Line = string | readonly string[];

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly prompts: readonly string[];
}

/** A gateway, and users with the files of their tokens and a folder of their own. */
export class CliWorld {
  readonly installation: TestInstallation;
  readonly url: string;
  readonly folder: string;

  private constructor(installation: TestInstallation, url: string, folder: string) {
    this.installation = installation;
    this.url = url;
    this.folder = folder;
  }

  static async start(): Promise<CliWorld> {
    const installation = await TestInstallation.start();
    const [url = ''] = await installation.gateway.listen();
    await installation.serve(namespace);
    const world = new CliWorld(installation, url, mkdtempSync(join(tmpdir(), 'sallyport-cli-')));
    for (const role of Object.keys(roles) as Role[]) {
      world.writeToken(role, await installation.user(namespace, role, roles[role]));
    }
    return world;
  }

  /** Writes the file of a token, and returns its path. */
  writeToken(name: string, token: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, `${token}\n`, { mode: 0o600 });
    return path;
  }

  async putEnvironment(name: string, values: object): Promise<void> {
    const token = readFileSync(this.tokenFile('owner'), 'utf8').trim();
    const path = `/v1/namespaces/${namespace}/environments/${name}`;
    const { status } = await send(this.url, { method: 'PUT', path, token, body: { values } });
    if (status >= 300) throw new Error(`the environment was refused with ${status}`);
  }

  tokenFile(role: Role): string {
    return join(this.folder, role);
  }

  /** Environment with the gateway and the token of a user. */
  env(role: Role): Readonly<Record<string, string>> {
    return {
      ...{ SALLYPORT_ADDR: this.url, SALLYPORT_TOKEN_FILE: this.tokenFile(role) },
      SALLYPORT_NAMESPACE: namespace,
    };
  }

  /** Runs a command line as a user. */
  async as(role: Role, line: Line, wish: Partial<TerminalWish> = {}): Promise<Ended> {
    return this.run(line, { env: this.env(role), ...wish });
  }

  async run(line: Line, wish: Partial<TerminalWish> = {}): Promise<Ended> {
    const terminal = new TestTerminal({ homeFolder: this.folder, ...wish });
    const code = await runProgram(typeof line === 'string' ? line.split(' ') : line, terminal);
    return { code, out: terminal.output, err: terminal.errors, prompts: terminal.prompts };
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.installation.stop();
  }
}
