import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { RunProcess, startProgram, startScript } from '../../e2e/cli/run-process.js';
import { findFreePorts } from '../../cluster/free-ports.js';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { TestInstallation, gatewayConfig } from '../../support/gateway.js';
import { scaled } from '../../support/scale.js';
import { numberedValue } from './numbered-value.js';

const CHANGES = scaled(1_000, 30);
const KILLS = scaled(20, 2);
/** Copies of the value in the file of the agent: to write so much takes a while. */
const COPIES = 40;
const item = '/api/v1/namespaces/pay/secrets/db';

describe('files and programs, while the gateway is killed', () => {
  let installation: TestInstallation;
  let built: BuiltGateway;
  let folder: string;
  let gateway: ChildGateway | undefined;
  let port: number;
  const processes: RunProcess[] = [];

  beforeAll(async () => {
    [installation, built] = await Promise.all([TestInstallation.start(), buildGateway()]);
    folder = mkdtempSync(join(tmpdir(), 'sallyport-kept-'));
    [port = 0] = await findFreePorts(1);
    await installation.serve('pay');
    const rule = { verbs: ['get'], resources: ['secrets'], resourceNames: ['db'] };
    const token = await installation.user('pay', 'app', [rule]);
    writeFileSync(join(folder, 'token'), token, { mode: 0o600 });
    await change(0, 'POST');
  });
  afterAll(async () => {
    for (const one of processes) one.kill('SIGTERM');
    await Promise.all(processes.map((one) => one.exited()));
    await gateway?.stop();
    await installation?.stop();
    built?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function change(number: number, method: 'PUT' | 'POST' = 'PUT'): Promise<void> {
    const path = method === 'PUT' ? item : '/api/v1/namespaces/pay/secrets';
    const { status } = await installation.cluster.request(method, path, {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' } },
      stringData: { password: numberedValue(number) },
    });
    expect(status).toBeLessThan(300);
  }

  async function startGateway(): Promise<void> {
    const dataDir = join(folder, 'data');
    const { kubernetes } = await gatewayConfig(installation.cluster, dataDir, {});
    const config = {
      ...{ listen: { port }, health: { port: 0 }, dataDir },
      kubernetes: { mode: 'kubeconfig', kubeconfig: kubernetes.kubeconfig },
      namespaces: { served: ['*'] },
    };
    gateway = await ChildGateway.start(built.main, config, dataDir);
  }

  function start(...args: readonly string[]): RunProcess {
    const env = {
      ...{ SALLYPORT_ADDR: `http://127.0.0.1:${port}`, SALLYPORT_NAMESPACE: 'pay' },
      ...{ SALLYPORT_TOKEN_FILE: join(folder, 'token'), HOME: folder, LOG: join(folder, 'log') },
    };
    const started = new RunProcess(startProgram(args, env));
    processes.push(started);
    return started;
  }

  function read(...files: readonly string[]): RunProcess {
    const loop = new URL('reading-loop.ts', import.meta.url).pathname;
    const reader = new RunProcess(startScript([loop, ...files], {}));
    processes.push(reader);
    return reader;
  }

  it('have the last state, never a part of one, and one signal for a change at most', async () => {
    const file = join(folder, 'password');
    const template = '{{ P }}'.repeat(COPIES);
    const config = {
      files: [{ path: file, template, values: { P: 'db/password' } }],
      onChange: { command: ['sh', '-c', 'echo changed >> "$LOG"'] },
    };
    writeFileSync(join(folder, 'agent.yaml'), stringify(config));
    const agent = start('agent', '--config', join(folder, 'agent.yaml'));
    const options = ['--secret', 'db', '--files', '--watch', '--on-change', 'SIGHUP'];
    // In the background: a shell handles a signal once its command in the foreground has ended.
    const script = `trap 'echo signalled' HUP; echo "$SALLYPORT_FILES"
      while :; do sleep 600 & wait; kill $!; done`;
    const run = start('run', ...options, '--', 'sh', '-c', script);
    await startGateway();
    await expect.poll(() => run.lines.length, { timeout: 30_000 }).toBe(1);
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    const reader = read(`${file}=${COPIES}`, `${join(run.lines[0] ?? '', 'db', 'password')}=1`);

    await changeAndKill();
    for (const index of [0, 1]) {
      await expect.poll(() => seenOf(reader, index).at(-1), { timeout: 60_000 }).toBe(`${CHANGES}`);
    }

    const signals = run.lines.filter((line) => line === 'signalled').length;
    const commands = readFileSync(join(folder, 'log'), 'utf8').split('\n').length - 1;
    // The reader may miss states that are short: the agent tells what it has written.
    const writes = agent.err.split('\n').filter((line) => line.endsWith('is written')).length;
    for (const [index, [count, most]] of [
      [commands, writes - 1],
      [signals, CHANGES],
    ].entries()) {
      expect(seenOf(reader, index)).not.toContain('part');
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(most ?? 0);
    }
    for (const one of [agent, run]) one.kill('SIGTERM');
    expect(await agent.exited()).toBe(0);
    await run.exited();
    expect(run.err + agent.err).toContain('tries again');
  }, 1_800_000);

  /** Changes the value all the time, also while the gateway is killed and starts again. */
  async function changeAndKill(): Promise<void> {
    const killEvery = Math.floor(CHANGES / (KILLS + 1));
    for (let number = 1; number <= CHANGES; number += 1) {
      await change(number);
      await delay(10);
      if (number % killEvery !== 0 || number / killEvery > KILLS) continue;
      gateway?.kill();
      await gateway?.ended();
      const restart = delay(Math.random() * 500).then(startGateway);
      for (let more = 0; more < 5; more += 1) await change(number);
      await restart;
    }
  }
});

/** Returns what a reader has seen in a file, in order. */
function seenOf(reader: RunProcess, index: number): readonly string[] {
  return reader.lines.flatMap((line) => {
    const [file, seen = ''] = line.split(' ');
    return Number(file) === index ? [seen] : [];
  });
}
