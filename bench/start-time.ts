import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, ready } from './gateway-process.js';
import { percentile } from './percentile.js';

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
