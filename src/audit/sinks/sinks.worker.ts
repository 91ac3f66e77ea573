import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { limits } from '../../core/limits.js';
import { openForThread } from '../../platform/storage/open-for-thread.js';
import { openSink } from './open-sink.js';
import { Outbox } from './outbox.js';
import { SinkSender } from './sink-sender.js';
import type { FeederData, FromFeeders } from './sink-messages.js';

const STATES_EVERY_MS = 1_000;

// Its only starter, audit-sinks.ts, passes this.
const { location, sinks, version, rowKey } = workerData as FeederData;
const ending = new AbortController();
const tell = (message: FromFeeders): void => parentPort?.postMessage(message);

const database = await openForThread(location, limits.postgresSinkConnections);
const outbox = new Outbox({ database, owner: randomUUID(), rowKey });
const feeders = sinks.map((settings) => {
  const onAlarm = (message: string): void => tell({ kind: 'alarm', message });
  return new SinkSender({ sink: openSink(settings, version), outbox, onAlarm });
});
parentPort?.once('message', () => ending.abort());
for (const feeder of feeders) feeder.start();
while (!ending.signal.aborted) {
  // If the database is unreadable, the last states stay.
  const states = await Promise.all(feeders.map((feeder) => feeder.state())).catch(() => undefined);
  if (states !== undefined) tell({ kind: 'states', states });
  await wait(STATES_EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
}
await Promise.all(feeders.map((feeder) => feeder.stop()));
await database.close();
parentPort?.close();
