// Begins runs and moves them on for ever, with events and notifications, and tells which changes
// were acknowledged, so that a test can kill it in the middle.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import { openStorage } from '../../../../src/platform/storage/open-storage.js';
import { fullRun, newRun } from '../../../unit/rotation/store/run.builder.js';
import { claimed, record, replicaOver, valuesOf } from './rotation-fixture.js';

const STDOUT = 1;
const AT_ONCE = 8;
const CHANGES = 5;
const [url = '', dataDir = ''] = process.argv.slice(2);

// Ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();
const { store, audit } = await replicaOver(await openStorage(url, dataDir), dataDir);
const tell = (text: string) => void writeSync(STDOUT, `${text}\n`);
tell('open');
for (let index = 0; index < AT_ONCE; index += 1) void changeForEver(randomUUID());

async function changeForEver(name: string): Promise<never> {
  for (;;) await rotate(name);
}

/** A run whose attempts are the number of its last change, which its event has as well. */
async function rotate(name: string): Promise<void> {
  const id = randomUUID();
  let run: RotationRun = { ...fullRun, ...newRun({ id, name }) };
  const event = (version: number) => {
    const facts = { action: 'rotations.run', namespace: 'pay', secret: id, version } as const;
    const notification = { type: 'rotation.waiting', run } as const;
    return record({ facts, notification });
  };
  await store.begin(run, event(0));
  tell(`changed ${id} 0`);
  ({ run } = await claimed(store, id));
  for (let attempts = 1; attempts <= CHANGES; attempts += 1) {
    const state = attempts === CHANGES ? 'failed' : 'running';
    const change = { attempts, state, step: 'set' } as const;
    const [isThere] = await Promise.all([
      store.advance(run, change, event(attempts), valuesOf(`${id} ${attempts}`)),
      audit.service.record(event(0).ctx, { action: 'secrets.get' }, event(0).result),
    ]);
    if (!isThere) throw new Error('the lease was lost');
    tell(`changed ${id} ${attempts}`);
  }
}
