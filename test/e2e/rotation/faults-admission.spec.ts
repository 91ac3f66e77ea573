import { afterAll, beforeAll, it } from 'vitest';
import { denySecretWrites } from '../../support/rotation-admission.js';
import {
  expectEnd,
  expectNothingLost,
  expectRetry,
  expectSuccess,
} from '../../support/rotation-expectations.js';
import { RotationFaults } from '../../support/rotation-faults.js';
import { RotatedServer } from '../../support/rotation-servers.js';

// The sandbox stores policies of admission and evaluates none.

const TEST_MS_MAX = 120_000;
const strategies = [
  ['s', 'singleUser'],
  ['a', 'alternatingUsers'],
] as const;
const egress = { allow: [{ host: '127.0.0.1', addresses: ['127.0.0.1/32'] }] };

let faults: RotationFaults;
let postgres: RotatedServer;

beforeAll(async () => {
  [faults, postgres] = await Promise.all([
    RotationFaults.start('faults', { rotation: { egress } }),
    RotatedServer.start('postgresql'),
  ]);
  await postgres.seed(faults.world);
});

afterAll(async () => {
  await postgres?.stop();
  await faults?.stop();
});

it.concurrent.for(strategies)(
  'a Secret that admission lets nobody change keeps its credential: %s',
  { timeout: TEST_MS_MAX },
  async ([letter, strategy]) => {
    const name = `deny-${letter}`;
    const one = await faults.prepare(name, postgres, { strategy });
    const { cluster } = faults.world.installation;
    const lift = await denySecretWrites(cluster, faults.secretPath(name));
    const run = await faults.world.begin(name);
    await expectRetry(faults, name, { id: run.id, reason: 'FinishBlocked' });
    await expectEnd(faults, name, run, { state: 'failed', reason: 'FinishBlocked' });
    await expectNothingLost(faults, one);
    await lift();
    await expectSuccess(faults, one);
  },
);
