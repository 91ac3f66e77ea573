import { listOf, recordOf, textOf } from './kube-json.js';

/**
 * Returns the field manager with the latest time, to the second; among several, one that is not the
 * gateway. Undefined if none is named. It is only a hint: a change that only removes fields leaves
 * the times unchanged.
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
