import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { RESTARTED_FOR } from '../../src/consumers/domain/restart.js';
import type { Answer } from './raw-http.js';
import type { Proofs, TargetWatch, Values } from './rotation-crash-targets.js';
import type { CrashGateway } from './rotation-crash-gateway.js';
import { type CrashSlot, type CrashWorld, type DeadRun, deadRuns } from './rotation-crash-world.js';
import type { RunBody } from './rotation-world.js';

/** What has stood still for so long has come to its end, or to what holds it. */
const QUIET_MS = 1_500;
const REACHED_MS_MAX = 15_000;
const POLL_MS = 50;
/** So that those who look leave the machine to those who are looked at. */
const LOOK_MS = 250;
const CONVERGED_MS_MAX = 60_000;

/** What is seen from outside of one Secret and its target. */
export interface Look {
  readonly values: Values;
  readonly isLetIn: boolean;
  /** Of passwords that the target was told of in this round. */
  readonly proofs: Proofs;
}

/** What became of a run. */
export interface EndedRun {
  readonly slot: CrashSlot;
  readonly before: Values;
  readonly after: Look;
  readonly isOldLetIn: boolean;
  readonly run: RunBody;
  /** Since its process was stopped, or another one started. */
  readonly convergedMs: number;
  /** How often the template of the Deployment changed, and for which run. */
  readonly restarts: number;
  readonly restartedFor: string | undefined;
  /** How often a client that reads the Secret was refused meanwhile. */
  readonly refusals: number;
}

export interface KilledRun extends EndedRun {
  /** Whether it died right where it was to. */
  readonly wasHeld: boolean;
  /** As the kill left the row; undefined: it was not begun. */
  readonly dead: DeadRun | undefined;
  readonly atDeath: Look;
}

/** A run that was asked for, or will be. */
export interface BegunRun {
  readonly slot: CrashSlot;
  /** Idempotency-Key. */
  readonly key: string;
  readonly before: Values;
  readonly generation: number;
  readonly watch: TargetWatch;
  /** Of the run before. */
  readonly previousId: string | undefined;
}

/**
 * Begins a run of every slot, kills the process once each has come to its place (of all that it
 * says and hears, from 0), and starts another one. Resolves once all runs have ended.
 */
export async function killRuns(
  world: CrashWorld,
  gateway: CrashGateway,
  placeOf: (slot: CrashSlot) => number,
): Promise<readonly KilledRun[]> {
  const begun = await Promise.all(world.slots.map((slot) => prepare(gateway, slot)));
  for (const { slot } of begun) slot.gate.arm(placeOf(slot));
  const answers = begun.map(({ slot, key }) => gateway.begin(slot, key).catch(() => undefined));
  await untilReached(world);
  const held = new Set(world.slots.filter(({ gate }) => gate.isHeld));
  await world.kill(gateway);
  await Promise.all(answers);
  const dead = new Map(deadRuns(gateway).map((run) => [run.namespace, run]));
  const looks = await Promise.all(begun.map(look));
  const startedMs = performance.now();
  await gateway.startAgain();
  return Promise.all(
    begun.map(async (one, at) => {
      const { slot, previousId } = one;
      const newest = dead.get(slot.namespace.name);
      const left = newest?.id === previousId ? undefined : newest;
      const ended = await follow(gateway, one, { id: left?.id, sinceMs: startedMs });
      // Every slot has been looked at.
      return { ...ended, dead: left, wasHeld: held.has(slot), atDeath: looks[at] as Look };
    }),
  );
}

/** Lets a run of every slot go through; resolves with how much each says and hears. */
export async function countRuns(
  { slots }: CrashWorld,
  gateway: CrashGateway,
): Promise<ReadonlyMap<CrashSlot, number>> {
  const begun = await Promise.all(slots.map((slot) => prepare(gateway, slot)));
  for (const { slot } of begun) slot.gate.arm();
  const counts = begun.map(async (one) => {
    const { run } = await follow(gateway, one, { sinceMs: performance.now() });
    if (run.state !== 'succeeded') throw new Error(`${one.slot.target.name}: ${run.state}`);
    return [one.slot, one.slot.gate.passed.length] as const;
  });
  return new Map(await Promise.all(counts));
}

/** What there is before a run of a slot. */
export async function prepare(gateway: CrashGateway, slot: CrashSlot): Promise<BegunRun> {
  const { namespace, target } = slot;
  const [before, { generation }, watch, [previous]] = await Promise.all([
    namespace.stored(),
    namespace.template(),
    target.watch(),
    gateway.runs(slot),
  ]);
  return { slot, key: randomUUID(), before, generation, watch, previousId: previous?.id };
}

/** Until every run is held at its place, or does nothing any more. */
export async function untilReached({ slots }: CrashWorld): Promise<void> {
  const untilMs = performance.now() + REACHED_MS_MAX;
  while (performance.now() < untilMs) {
    if (slots.every(({ gate }) => gate.isHeld || gate.quietMs > QUIET_MS)) return;
    await pause(POLL_MS);
  }
}

async function look({ slot, watch }: BegunRun): Promise<Look> {
  const { namespace, target } = slot;
  const values = await namespace.stored();
  const [isLetIn, proofs] = await Promise.all([target.letsIn(values), watch()]);
  return { values, isLetIn, proofs };
}

/** Whatever was begun ends by itself; where nothing was (no `id`), it is asked for again. */
export async function follow(
  gateway: CrashGateway,
  begun: BegunRun,
  { id: begunId, sinceMs }: { readonly id?: string | undefined; readonly sinceMs: number },
): Promise<EndedRun> {
  const { slot, key, before } = begun;
  const untilMs = performance.now() + CONVERGED_MS_MAX;
  let [id, run, refusals] = [begunId, undefined as RunBody | undefined, 0];
  while (run?.endedAt === undefined) {
    if (performance.now() > untilMs) throw new Error(`${slot.target.name}: ${describe(run)}`);
    await pause(LOOK_MS);
    // The process may not be ready yet.
    id ??= await gateway.begin(slot, key).then(startedId, () => undefined);
    if (id !== undefined) run = await gateway.run(slot, id).catch(() => undefined);
    if (slot.target.hasOverlap && !(await isLetIn(slot))) refusals += 1;
  }
  const convergedMs = performance.now() - sinceMs;
  const [after, template] = await Promise.all([look(begun), slot.namespace.template()]);
  return {
    ...{ slot, before, run, refusals, convergedMs, after },
    isOldLetIn: await slot.target.letsIn(before),
    restarts: template.generation - begun.generation,
    restartedFor: template.annotations[RESTARTED_FOR],
  };
}

const describe = (run: RunBody | undefined) => `the run has not ended: ${JSON.stringify(run)}`;

/** As a client does that reads the Secret again when it is refused. */
async function isLetIn({ namespace, target }: CrashSlot): Promise<boolean> {
  let values = await namespace.stored();
  for (;;) {
    if (await target.letsIn(values)) return true;
    const again = await namespace.stored();
    if (again['password'] === values['password']) return false;
    values = again;
  }
}

function startedId(answer: Answer): string | undefined {
  return answer.status === 202 ? answer.json<RunBody>().id : undefined;
}

/** What is wrong with what became of a run; a list, so that all of it is seen. */
export function problemsOf(one: EndedRun, earlier: readonly Look[] = []): readonly string[] {
  const { slot, before, after, run } = one;
  const { target } = slot;
  const { password: next = '', username = '' } = after.values;
  const looks = [...earlier, after];
  const told = looks.flatMap(({ proofs }) => proofs.get(username) ?? []);
  const published = new Set(looks.map(({ values }) => values['password']));
  published.delete(before['password']);
  const wrong: readonly (readonly [string, boolean])[] = [
    ['it did not succeed', run.state !== 'succeeded'],
    ['nothing new was published', next === before['password']],
    ['what is published is not let in', !after.isLetIn],
    ['what was published before is let in', target.port !== undefined && one.isOldLetIn],
    ['two values were published', published.size !== 1],
    ['two values were set', told.some((isOf) => !isOf(next))],
    ['nobody knows what was set', target.port !== undefined && told.length === 0],
    ['its consumers were shut out', target.hasOverlap && looks.some((at) => !at.isLetIn)],
    ['its consumers were shut out later', one.refusals > 0],
    ['it was not restarted once', one.restarts !== 1 || one.restartedFor !== run.id],
  ];
  return wrong.flatMap(([what, isSo]) => (isSo ? [`${target.name}: ${what}`] : []));
}
