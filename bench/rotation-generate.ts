import { heading } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { reportEnded } from './rotation-ended.js';
import { fillRotations, scheduleIn } from './rotation-fill.js';
import { adminAccessFrom } from './read-kubeconfig.js';
import { withThrowawayDir } from './throwaway-dir.js';

/** What making so many takes, at most. */
const fillMsMax = 45_000;

/** Rotations that only generate, all due in the same moment. */
export async function benchGenerate(count: number): Promise<Figures> {
  heading(`${count} rotations that only generate`);
  return withThrowawayDir(async (dataDir) => {
    const gateway = await GatewayProcess.start({ dataDir });
    try {
      const { dueMs, schedule } = scheduleIn(fillMsMax);
      const generate = [{ key: 'password', password: {} }];
      const fillings = Array.from({ length: count }, (_, index) => ({
        name: `generated-${index}`,
        stringData: { password: 'the-first-one' },
        spec: { generate, schedule },
      }));
      await fillRotations(adminAccessFrom(`${dataDir}/sandbox.kubeconfig`), fillings);
      const { tookS, failures } = await reportEnded(gateway, { count, dueMs });
      return bounded('rotation', { generatedS: tookS, generateFailures: failures });
    } finally {
      await gateway.stop();
    }
  });
}
