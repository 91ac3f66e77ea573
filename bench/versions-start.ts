import { setTimeout as pause } from 'node:timers/promises';
import { heading, report } from './audit-report.js';
import { fillNamespace } from './fill-namespace.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { mbOfMib } from './process-figures.js';
import { adminAccessFrom } from './read-kubeconfig.js';
import { withThrowawayDir } from './throwaway-dir.js';

const namespace = 'default';
const valueBytes = 1_024;
const lookEveryMs = 100;
const catchUpMsMax = 600_000;
/** After which a gateway without history has done what it does at a start. */
const settledMs = 5_000;

/** A first start with history where the cluster, here a sandbox, has many Secrets already. */
export async function benchStart(secrets: number): Promise<Figures> {
  heading(`start with ${secrets} Secrets of ${valueBytes} bytes in the cluster`);
  return withThrowawayDir(async (dataDir) => {
    await started(dataDir, false, async () => {
      await fillNamespace(adminAccessFrom(`${dataDir}/sandbox.kubeconfig`), {
        ...{ namespace, valueBytes, count: secrets },
      });
    });
    const bareMib = await started(dataDir, false, async (gateway) => {
      await pause(settledMs);
      return gateway.figures.peakMib;
    });
    const figures = await started(dataDir, true, async (gateway, startedAt) => {
      const before = gateway.figures.cpuMs;
      await caughtUp(gateway, secrets);
      const tookS = (performance.now() - startedAt) / 1_000;
      const { peakMib, cpuMs } = gateway.figures;
      report('caught up', `${tookS.toFixed(1)} s after its start`);
      const parts = `${bareMib} → ${peakMib} MiB, sandbox included`;
      report('peak of resident memory', `+${peakMib - bareMib} MiB (${parts})`);
      const each = Math.round(((cpuMs - before) * 1_000) / secrets);
      report('CPU of each, sandbox included', `${each} µs`);
      return bounded('versions', {
        caughtUpS: tookS,
        startAddsMb: (peakMib - bareMib) * mbOfMib,
      });
    });
    await started(dataDir, true, async (gateway, startedAt) => {
      await numbered(gateway);
      const tookS = (performance.now() - startedAt) / 1_000;
      report('started again, until writes have numbers', `${tookS.toFixed(1)} s`);
      report('peak of resident memory', `${gateway.figures.peakMib} MiB, sandbox included`);
    });
    return figures;
  });
}

async function started<T>(
  dataDir: string,
  isRecording: boolean,
  run: (gateway: GatewayProcess, startedAt: number) => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const env = { SALLYPORT_VERSIONS_ENABLED: String(isRecording) };
  const gateway = await GatewayProcess.start({ dataDir, env });
  try {
    return await run(gateway, startedAt);
  } finally {
    await gateway.stop();
  }
}

/** Waits until all are recorded and nothing waits to be. */
async function caughtUp(gateway: GatewayProcess, secrets: number): Promise<void> {
  const untilMs = performance.now() + catchUpMsMax;
  while (performance.now() < untilMs) {
    const recorded = await gateway.metric('sallyport_versions_recorded_total');
    const queued = await gateway.metric('sallyport_version_queue_depth');
    if (recorded >= secrets && queued === 0) return;
    await pause(lookEveryMs);
  }
  throw new Error('it does not catch up');
}

async function numbered(gateway: GatewayProcess): Promise<void> {
  const path = `/namespaces/${namespace}/secrets/s0`;
  const untilMs = performance.now() + catchUpMsMax;
  for (let edit = 0; performance.now() < untilMs; edit += 1) {
    const { text } = await gateway.call('PATCH', path, { stringData: { value: `edit-${edit}` } });
    if ((JSON.parse(text) as { readonly version: number | null }).version !== null) return;
    await pause(lookEveryMs);
  }
  throw new Error('writes get no numbers');
}
