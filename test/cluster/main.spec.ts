import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { ensureBinaries } from './binaries.js';
import { processesMentioning } from './processes.js';

const buildTimeoutMs = 30 * 60_000;
const startTimeoutMs = 120_000;
const started: ChildProcessByStdio<null, Readable, null>[] = [];

beforeAll(async () => {
  await ensureBinaries();
}, buildTimeoutMs);

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function startMain(): Promise<{ child: (typeof started)[number]; dir: string }> {
  const hooks = join(import.meta.dirname, '..', 'ts-hooks.mjs');
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, ['--import', hooks, main], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  const [kubeconfigFile] = await once(createInterface(child.stdout), 'line');
  return { child, dir: dirname(String(kubeconfigFile)) };
}

async function expectNothingLeft(dir: string): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await processesMentioning(dir)).toEqual([]);
      expect(existsSync(dir)).toBe(false);
    },
    { timeout: 10_000 },
  );
}

describe('npm run cluster', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends its cluster and exits with 0 on %s',
    async (signal) => {
      const { child, dir } = await startMain();
      expect(await processesMentioning(dir)).toHaveLength(3);
      child.kill(signal);
      expect(await once(child, 'close')).toEqual([0, null]);
      await expectNothingLeft(dir);
    },
    startTimeoutMs,
  );

  it(
    'takes its cluster with it even when it is killed',
    async () => {
      const { child, dir } = await startMain();
      expect(await processesMentioning(dir)).toHaveLength(3);
      child.kill('SIGKILL');
      await expectNothingLeft(dir);
    },
    startTimeoutMs,
  );
});
