import { setTimeout as pause } from 'node:timers/promises';
import { heading, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { fillRotations } from './rotation-fill.js';
import { adminAccessFrom } from './read-kubeconfig.js';
import { withThrowawayDir } from './throwaway-dir.js';

const settleMsMax = 300_000;
const calmMs = 5_000;
/** Of a core: whoever takes no more has nothing left to do at once. */
const calmShare = 0.03;
const watchedMs = 30_000;
const lookEveryMs = 200;

/** What policies cost of which none is due, beside the same gateway that works on none. */
export async function benchIdle(count: number): Promise<Figures> {
  heading(`${count} policies, none of them due`);
  return withThrowawayDir(async (dataDir) => {
    const filling = await GatewayProcess.start({ dataDir });
    try {
      const generate = [{ key: 'password', password: {} }];
      const fillings = Array.from({ length: count }, (_, index) => ({
        name: `idle-${index}`,
        stringData: { password: 'the-first-one' },
        spec: { generate, schedule: { every: '30d' } },
      }));
      await fillRotations(adminAccessFrom(`${dataDir}/sandbox.kubeconfig`), fillings);
      await known(filling, count);
      await calm(filling);
    } finally {
      await filling.stop();
    }
    const without = await coresOf(dataDir, false, 0);
    const withPolicies = await coresOf(dataDir, true, count);
    const added = withPolicies - without;
    report('share of a core, sandbox included', `${withPolicies.toFixed(2)} %`);
    report('the same without rotation', `${without.toFixed(2)} %`);
    report('the engine adds', `${added.toFixed(2)} %`);
    return bounded('rotation', { idleCorePercent: added });
  });
}

async function coresOf(dataDir: string, isOn: boolean, count: number): Promise<number> {
  const env = { SALLYPORT_ROTATION_ENABLED: String(isOn) };
  const gateway = await GatewayProcess.start({ dataDir, env });
  try {
    await known(gateway, count);
    await calm(gateway);
    const before = gateway.figures.cpuMs;
    await pause(watchedMs);
    return ((gateway.figures.cpuMs - before) / watchedMs) * 100;
  } finally {
    await gateway.stop();
  }
}

/** Waits until what follows from a start, such as statuses that are written, is over. */
async function calm(gateway: GatewayProcess): Promise<void> {
  const untilMs = performance.now() + settleMsMax;
  while (performance.now() < untilMs) {
    const before = gateway.figures.cpuMs;
    await pause(calmMs);
    if ((gateway.figures.cpuMs - before) / calmMs < calmShare) return;
  }
}

async function known(gateway: GatewayProcess, count: number): Promise<void> {
  while ((await gateway.metric('sallyport_rotation_policies')) < count) await pause(lookEveryMs);
}
