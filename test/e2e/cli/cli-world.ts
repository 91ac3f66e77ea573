import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../src/cli/program/run-program.js';
import { TestTerminal, type TerminalWish } from '../../support/cli-terminal.js';
import { type Rule, TestInstallation, allOfSecrets } from '../../support/gateway.js';
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
const roles = {
  owner: [allOfSecrets, ...history, ...rotations, allOfTokens],
  auditor: [virtual('auditevents', 'list')],
  reader: [{ verbs: ['get', 'list'], resources: ['secrets'] }],
  nobody: [{ verbs: ['get'], resources: ['configmaps'] }],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

export type Role = keyof typeof roles;

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
      const token = await installation.user(namespace, role, roles[role]);
      writeFileSync(world.tokenFile(role), `${token}\n`, { mode: 0o600 });
    }
    return world;
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
  async as(role: Role, line: string, wish: Partial<TerminalWish> = {}): Promise<Ended> {
    return this.run(line, { env: this.env(role), ...wish });
  }

  async run(line: string, wish: Partial<TerminalWish> = {}): Promise<Ended> {
    const terminal = new TestTerminal({ homeFolder: this.folder, ...wish });
    const code = await runProgram(line.split(' '), terminal);
    return { code, out: terminal.output, err: terminal.errors, prompts: terminal.prompts };
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.installation.stop();
  }
}
