import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { limits } from '../../core/limits.js';
import { RowMac } from '../../encryption/domain/row-mac.js';
import { openForThread } from '../../platform/storage/open-for-thread.js';
import { moveWriteAheadLog } from '../../platform/storage/write-ahead-log.js';
import { Outbox } from '../sinks/outbox.js';
import { CheckpointStore } from './checkpoint-store.js';
import { CheckpointThinner } from './checkpoint-thinner.js';
import { foreignAcceptanceSentence } from './domain/acceptance-record.js';
import { LogIntegrator } from './log-integrator.js';
import { LogKeyFile } from './log-key-file.js';
import { LogPublisher } from './log-publisher.js';
import { LogStore } from './log-store.js';
import type { FromPublisher, PublisherData, ToPublisher } from './publisher-messages.js';
import { StoredLogCheck } from './stored-log-check.js';
import { StoredLogReads } from './stored-log-reads.js';
import { TileReader } from './tile-reader.js';
import { CLOSE } from '../../platform/threads/thread.js';

// Its only starter, background-publisher.ts, passes this.
const { location, keyFile, rowKey, obstacle, known } = workerData as PublisherData;
const database = await openForThread(location, limits.postgresSignConnections);
let isMoving = false;
const mac = new RowMac(rowKey);
const store = new LogStore(database);
const keys = new LogKeyFile(keyFile);
const integrator = new LogIntegrator({
  store,
  tiles: new TileReader(store),
  mac,
  keys: () => keys.keys(),
  ...(known !== undefined && { known }),
  onForeignAcceptance: (index) =>
    tell({ kind: 'alarm', message: foreignAcceptanceSentence(index) }),
});
const thinner = new CheckpointThinner({
  store: new CheckpointStore(database),
  outbox: new Outbox({ database, owner: randomUUID(), rowKey }),
  onAlarm: (message) => tell({ kind: 'alarm', message }),
});
const publisher = new LogPublisher({
  integrator,
  onProblem: (problem, isRollback) =>
    tell({ kind: 'problem', ...(problem !== undefined && { problem, isRollback }) }),
  onPublished: (checkpoint) => {
    tell({ kind: 'published', checkpoint });
    moveLog();
  },
});

const check = new StoredLogCheck({
  store,
  reads: new StoredLogReads(database),
  mac,
  onDamage: (sentence) => publisher.hold(sentence),
  onAlarm: (message) => tell({ kind: 'alarm', message }),
});

parentPort?.on('message', (message: ToPublisher) => {
  if (message === CLOSE) void stop();
  else if (message.kind === 'hold') publisher.hold(message.obstacle);
  else if (message.kind === 'forget') forget();
  else {
    publisher.nudge();
    moveLog();
  }
});
if (obstacle !== undefined) publisher.hold(obstacle);
publisher.start();
thinner.start();
check.start();

/** Moves the log for all writers, and often: no commit may wait for a disk with much to write. */
function moveLog(): void {
  if (isMoving) return;
  isMoving = true;
  moveWriteAheadLog(database)
    // The next run moves it.
    .catch(() => undefined)
    .finally(() => (isMoving = false));
}

function forget(): void {
  integrator.forget();
  publisher.retry();
}

async function stop(): Promise<void> {
  await check.stop();
  await publisher.stop();
  await thinner.stop();
  await database.close();
  parentPort?.close();
}

function tell(message: FromPublisher): void {
  parentPort?.postMessage(message);
}
