import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from './percentile.js';

const pollMs = 10;
const startMsMax = 30_000;

/** From the start of the built program until `/readyz` says yes. */
export async function measureStart(
  times: number,
): Promise<{ readonly firstMs: number; readonly againMs: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-bench-start-'));
  try {
    const dataDir = join(dir, 'data');
    const firstMs = await startOnce(dataDir);
    const againMs: number[] = [];
    for (let time = 0; time < times; time += 1) againMs.push(await startOnce(dataDir));
    return { firstMs: Math.round(firstMs), againMs: Math.round(percentile(againMs, 50)) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function startOnce(dataDir: string): Promise<number> {
  const [main, health, tls, sandbox] = await freePorts(4);
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: {
      SALLYPORT_DATA_DIR: dataDir,
      SALLYPORT_PORT: String(main),
      SALLYPORT_HEALTH_PORT: String(health),
      SALLYPORT_TLS_PORT: String(tls),
      SALLYPORT_SANDBOX_PORT: String(sandbox),
      SALLYPORT_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await ready(child, `http://127.0.0.1:${health}/readyz`);
    return performance.now() - startedAt;
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const until = performance.now() + startMsMax;
  while (performance.now() < until && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.text();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error('the gateway did not become ready');
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
