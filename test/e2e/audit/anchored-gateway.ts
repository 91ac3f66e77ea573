import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type Gateway, createGateway } from '../../../src/app/gateway.js';
import { entryRows, logRow } from '../../../src/audit/domain/entry-rows.js';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { run } from '../../../src/cli/run.js';
import { loadConfigForStart } from '../../../src/platform/config/config.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { withoutGuards } from '../../postgres/without-guards.js';
import { sizesInAnchor } from '../../support/anchor-files.js';
import type { TestInstallation } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { rowMac } from '../../unit/encryption/row-integrity.builder.js';
import { pastGuards } from '../../support/past-guards.js';

type Row = Readonly<Record<string, unknown>>;
type Dialect = 'sqlite' | 'postgres';

/** On a busy machine. */
const ANCHORED_MS_MAX = 30_000;
const STARTS_MAX = 10;
const READ = '/v1/namespaces/pay/secrets/db/keys/password';

/** Files and database of a gateway that was stopped. */
export interface AnchoredState {
  readonly folder: string;
  /** Name of a copy of the database; for PostgreSQL. */
  readonly database: string | undefined;
}

export interface AnchoredGatewayParts {
  readonly dialect: Dialect;
  readonly installation: TestInstallation;
  /** Of a caller who may read. */
  readonly token: string;
  /** For PostgreSQL. */
  readonly server?: PostgresServer;
}

/**
 * A gateway with an anchor file outside its data folder, whose database somebody else can write as
 * well, while it runs and while it does not.
 */
export class AnchoredGateway {
  readonly dir = mkdtempSync(join(tmpdir(), 'sallyport-anchored-'));
  readonly anchor = join(this.dir, 'elsewhere', 'checkpoints');
  readonly log: string[] = [];
  readonly #parts: AnchoredGatewayParts;
  readonly #url: string;
  readonly #saved: string[] = [];
  #gateway: Gateway | undefined;
  #base = '';
  #health = '';

  private constructor(parts: AnchoredGatewayParts, url: string) {
    this.#parts = parts;
    this.#url = url;
  }

  static async open(parts: AnchoredGatewayParts): Promise<AnchoredGateway> {
    const url = parts.server === undefined ? '' : await parts.server.createDatabase();
    const gateway = new AnchoredGateway(parts, url);
    gateway.#configure();
    return gateway;
  }

  async start(): Promise<void> {
    const config = loadConfigForStart({ file: this.#configFile, environment: {} });
    const destination = { write: (line: string) => void this.log.push(line) };
    for (let tries = 1; this.#gateway === undefined; tries += 1) {
      try {
        this.#gateway = await createGateway(config, { level: 'info', destination });
      } catch (error) {
        // A server of PostgreSQL on a busy machine takes its time.
        if (tries === STARTS_MAX || !String(error).includes('timeout exceeded')) throw error;
        await wait(1_000);
      }
    }
    [this.#base = ''] = await this.#gateway.listen();
    this.#health = await this.#gateway.health.getUrl();
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
    this.#gateway = undefined;
  }

  /** Copies the files and the database of the stopped gateway. */
  async save(): Promise<AnchoredState> {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-anchored-state-'));
    this.#saved.push(folder);
    cpSync(this.dir, folder, { recursive: true });
    const { server } = this.#parts;
    const copy = await server?.createDatabase(databaseOf(this.#url));
    return { folder, database: copy && databaseOf(copy) };
  }

  /** Puts a state back, and forgets the log. */
  async restore({ folder, database }: AnchoredState): Promise<void> {
    await this.stop();
    this.log.length = 0;
    for (const name of readdirSync(this.dir)) {
      rmSync(join(this.dir, name), { recursive: true, force: true });
    }
    cpSync(folder, this.dir, { recursive: true });
    if (database === undefined) return;
    const own = databaseOf(this.#url);
    await this.#parts.server?.run(`DROP DATABASE ${own} WITH (FORCE)`);
    await this.#parts.server?.run(`CREATE DATABASE ${own} TEMPLATE ${database}`);
  }

  /** Stops the gateway, and removes its files and those of its states. */
  async remove(): Promise<void> {
    await this.stop();
    for (const folder of [this.dir, ...this.#saved]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  read() {
    return send(this.#base, { path: READ, token: this.#parts.token });
  }

  async ready(): Promise<string> {
    return (await send(this.#health, { path: '/readyz?verbose' })).text;
  }

  /** Reads until another checkpoint of more than so much is anchored; returns how much is. */
  async anchoredBeyond(size: number): Promise<number> {
    const endMs = Date.now() + ANCHORED_MS_MAX;
    const before = this.anchorText.length;
    const added = () => sizesInAnchor(this.anchorText.slice(before)).at(-1) ?? 0;
    while (added() <= size) {
      const { status } = await this.read();
      if (status !== 200) throw new Error(`a read was answered with ${status}`);
      if (Date.now() > endMs) throw new Error(`nothing beyond ${size} was anchored`);
      await wait(100);
    }
    return this.largestAnchored;
  }

  get largestAnchored(): number {
    return Math.max(0, ...sizesInAnchor(this.anchorText));
  }

  get anchorText(): string {
    try {
      return readFileSync(this.anchor, 'utf8');
    } catch {
      return '';
    }
  }

  /** By who can write the anchor. */
  append(text: string): void {
    appendFileSync(this.anchor, text);
  }

  /** The record of the largest checkpoint of at most this size. */
  recordOf(size: number): string {
    const records = this.anchorText.split(/(?<=\n\n— [^\n]+\n\n)/);
    const found = records.find((record) => record.split('\n')[1] === String(size));
    if (found === undefined) throw new Error(`no checkpoint of ${size} was anchored`);
    return found;
  }

  async command(...args: readonly string[]) {
    const said = { out: '', err: '' };
    const code = await run([...args, '--config', this.#configFile], {
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      isTerminal: false,
    });
    return { code, ...said };
  }

  accept() {
    return this.command('audit', 'accept-rollback', '--reason', 'the disk of Monday');
  }

  async signed(): Promise<number> {
    const [row] = await this.sql('SELECT max(size) AS size FROM audit_checkpoints');
    return Number(row?.['size'] ?? 0);
  }

  /** By who can write the database, past all that guards it. */
  async sql(...statements: readonly string[]): Promise<readonly Row[]> {
    if (this.#parts.server !== undefined) {
      const text = statements.join('; ');
      const isRead = statements.every((statement) => statement.startsWith('SELECT'));
      return this.#parts.server.run(isRead ? text : withoutGuards(text), this.#url);
    }
    const database = new DatabaseSync(join(this.dir, 'data', 'sallyport.db'), { timeout: 5_000 });
    try {
      database.exec('PRAGMA busy_timeout = 5000');
      return pastGuards(database, () => {
        let rows: readonly Row[] = [];
        for (const statement of statements) rows = database.prepare(statement).all();
        return rows;
      });
    } finally {
      database.close();
    }
  }

  /** The log as it was with so many entries: what an older copy of the database has. */
  async rollBackTo(size: number): Promise<void> {
    const names = `DELETE FROM audit_names WHERE leaf_index >= ${size}`;
    await this.sql(
      ...(this.#parts.dialect === 'postgres' ? [names] : []),
      `DELETE FROM audit_entries WHERE leaf_index >= ${size}`,
      `DELETE FROM audit_checkpoints WHERE size > ${size}`,
      `UPDATE audit_head SET size = ${size}`,
    );
  }

  /** The stored events of acceptance, in order. */
  async acceptances(): Promise<readonly string[]> {
    const rows = await this.sql(
      "SELECT event FROM audit_entries WHERE action = 'audit.acceptRollback' ORDER BY leaf_index",
    );
    return rows.map(({ event }) => Buffer.from(event as Uint8Array).toString('utf8'));
  }

  /** An event of the gateway's own at the end of the log, by who can write the database. */
  async insert(json: string): Promise<void> {
    const [head] = await this.sql('SELECT size FROM audit_head');
    const leafIndex = Number(head?.['size']);
    // Whoever has no key makes one up.
    const otherMac = rowMac(9);
    const row = {
      ...(this.#parts.dialect === 'sqlite'
        ? logRow(
            { json, leafIndex, callIndex: leafIndex, stage: 'single', source: 'gateway' },
            otherMac,
            Date.now(),
          )
        : entryRows({ json, stage: 'single' }, leafIndex, { mac: otherMac }).entry),
    };
    const columns = Object.keys(row).map((name) => `"${name}"`);
    const values = Object.values(row).map((value) => this.#literal(value));
    await this.sql(
      `INSERT INTO audit_entries (${columns.join(', ')}) VALUES (${values.join(', ')})`,
      `UPDATE audit_head SET size = ${leafIndex + 1}`,
    );
  }

  #literal(value: unknown): string {
    if (value === null || value === undefined) return 'NULL';
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
    const hex = Buffer.from(value as Uint8Array).toString('hex');
    return this.#parts.dialect === 'sqlite' ? `X'${hex}'` : `'\\x${hex}'::bytea`;
  }

  get #configFile(): string {
    return join(this.dir, 'sallyport.yaml');
  }

  #configure(): void {
    const { mode, kubeconfig } = this.#parts.installation.config.kubernetes;
    mkdirSync(dirname(this.anchor));
    const keyFile = join(this.dir, 'log.key');
    new LogKeyFile({ path: keyFile }).create();
    const historyKey = join(this.dir, 'history.key');
    writeFileSync(historyKey, randomBytes(32), { mode: 0o600 });
    const settings = {
      listen: { port: 0 },
      health: { port: 0 },
      dataDir: join(this.dir, 'data'),
      kubernetes: { mode, kubeconfig },
      namespaces: { served: ['*'] },
      versions: { enabled: false },
      encryption: { keys: [{ id: 'shared', source: { file: historyKey } }] },
      audit: { keyFile, anchorEverySeconds: 1, anchors: [{ file: { path: this.anchor } }] },
      ...(this.#url !== '' && { storage: { url: this.#url } }),
    };
    writeFileSync(this.#configFile, stringify(settings));
  }
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
