import type { SubjectFigures } from './speed-rounds.js';
import type { ServerName } from './speed-world.js';
import { table } from './table.js';

const apiServer: readonly ServerName[] = ['kube-apiserver', 'etcd'];
const alone: readonly ServerName[] = ['openbao', 'bare'];

/** A line for each subject. */
export function subjectsTable(all: readonly SubjectFigures[]): string {
  const heads = ['', 'requests/s', 'p50 ms', 'p99 ms', 'gateway', 'API server', 'itself', 'bytes'];
  return table([
    [...heads.slice(0, 4), 'CPU µs of each:', '', '', 'answer'],
    heads.map((head, index) => (index < 4 ? '' : head)),
    ...all.map((figures) => [
      figures.title,
      String(figures.perSecond),
      figures.p50Ms.toFixed(1),
      figures.p99Ms.toFixed(1),
      cpuOf(figures, ['gateway']),
      cpuOf(figures, apiServer),
      cpuOf(figures, alone),
      String(figures.answerBytes),
    ]),
  ]);
}

function cpuOf({ cpuUs }: SubjectFigures, servers: readonly ServerName[]): string {
  const us = servers.reduce((sum, server) => sum + (cpuUs[server] ?? 0), 0);
  return us === 0 ? '' : String(us);
}
