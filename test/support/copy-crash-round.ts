import { setTimeout as pause } from 'node:timers/promises';
import { type Cut, armCut } from './copy-crash-cuts.js';
import type { CopyNamespace } from './copy-crash-namespace.js';
import type { Phase } from './copy-crash-phases.js';
import type { CopyCrashWorld } from './copy-crash-world.js';
import type { CrashGateway } from './rotation-crash-gateway.js';

const REACHED_MS_MAX = 15_000;

/** One kill, and what became of the copies. */
export interface Kill {
  readonly phase: string;
  readonly cut: string;
  /** Whether the process died at the point, not because the point was not reached. */
  readonly isReached: boolean;
  /** Time from the start of the next process, or from the kill of one replica. */
  readonly convergedMs: number;
  readonly problems: readonly string[];
}

interface KillOptions {
  readonly phase: Phase;
  readonly cut: Cut;
  /** Number of the request that is the point. */
  readonly nth: number;
}

/** Kills the only process in a phase, and starts another one. */
export async function killOnly(
  world: CopyCrashWorld,
  namespace: CopyNamespace,
  options: KillOptions,
): Promise<Kill> {
  const { phase } = options;
  const { dead, isReached, acting } = await killIn(world, namespace, options);
  // A request that a killed process has not answered is repeated by the act.
  if (phase.whileDown !== undefined) await Promise.all([acting, phase.whileDown(namespace)]);
  const seenBefore = dead.cluster.seen.length;
  const startedMs = performance.now();
  await dead.startAgain();
  await acting;
  const convergedMs = await namespace.converged(startedMs);
  const order = orderProblems(namespace, phase, dead.cluster.seen.slice(seenBefore));
  return conclude(namespace, options, { isReached, convergedMs, problems: order });
}

/** Kills the replica that works; another one takes over before it is started again. */
export async function killLeader(
  world: CopyCrashWorld,
  namespace: CopyNamespace,
  options: KillOptions,
): Promise<Kill> {
  const { dead, isReached, acting } = await killIn(world, namespace, options);
  const killedMs = performance.now();
  await acting;
  await options.phase.whileDown?.(namespace);
  const convergedMs = await namespace.converged(killedMs);
  await dead.startAgain();
  return conclude(namespace, options, { isReached, convergedMs, problems: [] });
}

async function killIn(
  world: CopyCrashWorld,
  namespace: CopyNamespace,
  { phase, cut, nth }: KillOptions,
) {
  await phase.prepare?.(namespace);
  await namespace.converged();
  const armed = armCut(world.gateways, cut, { namespace: namespace.name, nth });
  const acting = phase.act(namespace);
  // A failure is thrown after the kill.
  acting.catch(() => undefined);
  const late = pause(REACHED_MS_MAX).then(() => undefined);
  const killed = await Promise.race([armed.done, late]);
  armed.disarm();
  const dead = killed ?? world.gateways[0];
  if (dead === undefined) throw new Error('no gateway runs');
  await dead.kill();
  return { dead, isReached: killed !== undefined, acting };
}

async function conclude(
  namespace: CopyNamespace,
  { phase, cut, nth }: KillOptions,
  { problems, ...result }: Pick<Kill, 'isReached' | 'convergedMs' | 'problems'>,
): Promise<Kill> {
  const where = { phase: phase.name, cut: `${cut.name} (${nth})` };
  await phase.after?.(namespace);
  await namespace.converged();
  return { ...where, ...result, problems: [...problems, ...namespace.violations] };
}

/** Returns what was written before the copy that had to end first. */
function orderProblems(
  { name }: CopyNamespace,
  { endsFirst }: Phase,
  seen: CrashGateway['cluster']['seen'],
): readonly string[] {
  if (endsFirst === undefined) return [];
  const place = `/namespaces/${name}/secrets/`;
  const writes = seen.filter(
    ({ method, path }) => /^(PATCH|DELETE|PUT|POST)$/.test(method) && path.includes(place),
  );
  const ended = writes.findIndex(({ path }) => path.includes(`${place}${endsFirst}`));
  if (ended === 0) return [];
  const first = writes.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
  return [`${endsFirst} ended as number ${ended} of ${first.join(', ')}`];
}

/** Returns how long copies took to converge. */
export function summaryOf(kills: readonly Kill[]) {
  const times = kills.map(({ convergedMs }) => convergedMs).toSorted((a, b) => a - b);
  const longestMs = times.at(-1) ?? Infinity;
  const medianMs = times[Math.floor(times.length / 2)] ?? Infinity;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const points = kills.map(({ phase, cut }) => `${phase}: ${cut}`).join('; ');
  const text = `${kills.length} kills, median ${seconds(medianMs)}, longest ${seconds(longestMs)}`;
  return { text: `${text}: ${points}`, longestMs };
}
