import { listOf, recordOf, textOf } from './kube-json.js';

/**
 * The field manager with the latest time, to the second; of several one that is not the gateway.
 * Undefined where none is named. A hint and no more: a change that only takes fields away leaves
 * the times as they were.
 */
export function latestManager(managedFields: unknown, gateway: string): string | undefined {
  let latest = { time: '', manager: '' };
  for (const entry of listOf(managedFields).map(recordOf)) {
    const [time, manager] = [textOf(entry['time']), textOf(entry['manager'])];
    const isTied = time === latest.time && manager !== gateway;
    if (manager !== '' && (time > latest.time || isTied)) latest = { time, manager };
  }
  return latest.manager || undefined;
}
