import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ensureBinaries } from './binaries.js';
import { writeClusterFiles } from './cluster-files.js';
import { ControlPlane } from './control-plane.js';
import { findFreePorts } from './free-ports.js';
import { processesMentioning } from './processes.js';
import { Watchdog } from './watchdog.js';

const buildTimeoutMs = 30 * 60_000;
const startTimeoutMs = 120_000;

let dir: string;
let watchdog: Watchdog;
let squatter: Server;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sallyport-control-plane-'));
  watchdog = new Watchdog(dir);
  squatter = createServer();
}, buildTimeoutMs);

afterEach(async () => {
  squatter.close();
  await watchdog.release();
});

describe('a control plane whose port another program took', () => {
  it.each(['kube-apiserver', 'etcd'])(
    'says so, and ends what it started, when it is that of %s',
    async (name) => {
      const ports = await findFreePorts(3);
      const taken = ports[name === 'etcd' ? 1 : 0];
      await once(squatter.listen(taken, '127.0.0.1'), 'listening');

      const binaries = await ensureBinaries();
      const files = await writeClusterFiles(dir);
      const settings = { dir, binaries, files, options: {}, watchdog };
      const controlPlane = new ControlPlane(settings, ports);
      await expect(controlPlane.start()).rejects.toMatchObject({ isPortTaken: true });

      await controlPlane.stop();
      const left = await processesMentioning(dir);
      expect(left.filter((line) => !line.includes('watchdog'))).toEqual([]);
    },
    startTimeoutMs,
  );
});
