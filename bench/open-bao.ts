import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureOpenBao } from '../test/services/openbao-program.js';
import type { TlsWorld } from '../test/support/tls-files.js';
import { endsWithUs } from './ends-with-us.js';
import { freePorts } from './gateway-process.js';
import { sideBySide } from './side-by-side.js';

const startMsMax = 60_000;
const pollMs = 50;
const writersCount = 16;
const policy = 'path "secret/data/*" { capabilities = ["read"] }';

export interface OpenBaoWish {
  /** Empty; for its data, its log and its audit log. */
  readonly dir: string;
  readonly tls: TlsWorld;
  readonly names: readonly string[];
  readonly value: string;
}

/**
 * OpenBao on loopback as it runs in earnest: TLS, raft storage, a file audit device, key-value
 * secrets of version 2. It has no quota of rates unless one is made, and none is.
 */
export class OpenBao {
  readonly url: string;
  /** May read values under `secret/`, and nothing else. */
  readonly token: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, token: string) {
    this.#child = child;
    this.url = url;
    this.token = token;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Starts one that holds one value under all the names. */
  static async start({ dir, tls, names, value }: OpenBaoWish): Promise<OpenBao> {
    const program = await ensureOpenBao();
    const [port = 0, clusterPort = 0] = await freePorts(2);
    const url = `https://127.0.0.1:${port}`;
    mkdirSync(join(dir, 'raft'));
    const config = join(dir, 'config.hcl');
    writeFileSync(config, configOf(dir, tls, { port, clusterPort }));
    const logFile = join(dir, 'log');
    const log = openSync(logFile, 'a');
    const child = spawn(program, ['server', `-config=${config}`], {
      ...{ env: {}, stdio: ['ignore', log, log] },
    });
    endsWithUs(child);
    const admin = new Operator(url, tls.ca);
    try {
      await admin.unseal(child);
      await admin.call('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
      // A new mount of version 2 is upgraded for a moment, and refuses until it is.
      await admin.patiently('POST', `secret/data/${names[0]}`, { data: { value } });
      await admin.call('PUT', 'sys/policies/acl/reader', { policy });
      const { auth } = (await admin.call('POST', 'auth/token/create-orphan', {
        ...{ policies: ['reader'], no_default_policy: true, ttl: '24h' },
      })) as { readonly auth: { readonly client_token: string } };
      await admin.fill(names, value);
      return new OpenBao(child, url, auth.client_token);
    } catch (error) {
      child.kill('SIGKILL');
      process.stderr.write(readFileSync(logFile));
      throw error;
    } finally {
      closeSync(log);
      admin.close();
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

function configOf(
  dir: string,
  { files }: TlsWorld,
  { port, clusterPort }: { readonly port: number; readonly clusterPort: number },
): string {
  // Audit devices are declared: https://openbao.org/docs/configuration/audit
  return `
storage "raft" {
  path = "${join(dir, 'raft')}"
  node_id = "bench"
}
listener "tcp" {
  address = "127.0.0.1:${port}"
  tls_cert_file = "${files.cert}"
  tls_key_file = "${files.key}"
}
audit "file" "bench" {
  options {
    file_path = "${join(dir, 'audit.log')}"
  }
}
api_addr = "https://127.0.0.1:${port}"
cluster_addr = "https://127.0.0.1:${clusterPort}"
log_level = "error"
ui = false
`;
}

/** Whoever sets it up, by its API. */
class Operator {
  readonly #url: string;
  readonly #agent: Agent;
  #token = '';

  constructor(url: string, ca: string) {
    this.#url = url;
    this.#agent = new Agent({ ca, keepAlive: true, maxSockets: writersCount });
  }

  async unseal(child: ChildProcess): Promise<void> {
    const init = { secret_shares: 1, secret_threshold: 1 };
    const { root_token: token, keys } = (await this.patiently('PUT', 'sys/init', init, child)) as {
      readonly root_token: string;
      readonly keys: readonly string[];
    };
    this.#token = token;
    await this.call('PUT', 'sys/unseal', { key: keys[0] });
    // Until it leads, alone as it is, it answers with 503.
    await this.patiently('GET', 'sys/mounts', undefined, child);
  }

  async fill(names: readonly string[], value: string): Promise<void> {
    await sideBySide({ count: names.length, atOnce: writersCount }, async (index) => {
      await this.call('POST', `secret/data/${names[index]}`, { data: { value } });
    });
  }

  /** Until it is done, for a minute. */
  async patiently(
    method: string,
    path: string,
    body?: object,
    child?: ChildProcess,
  ): Promise<unknown> {
    const untilMs = performance.now() + startMsMax;
    for (;;) {
      try {
        return await this.call(method, path, body);
      } catch (error) {
        const hasEnded = child !== undefined && child.exitCode !== null;
        if (hasEnded || performance.now() > untilMs) throw error;
        await pause(pollMs);
      }
    }
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const headers = { 'x-vault-token': this.#token };
    const options = { method, headers, agent: this.#agent };
    httpsRequest(`${this.#url}/v1/${path}`, options, (answer) => {
      text(answer).then((said) => {
        const { statusCode: status = 0 } = answer;
        if (status >= 200 && status < 300) resolve(said === '' ? undefined : JSON.parse(said));
        else reject(new Error(`OpenBao answered ${method} ${path} with ${status}: ${said}`));
      }, reject);
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}
