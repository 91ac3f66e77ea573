import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/cli/run.js';
import type { CrashGateway } from './rotation-crash-gateway.js';
import type { EndedRun } from './rotation-crash-round.js';

type Row = Readonly<Record<string, unknown>>;

/** Rows for `stepsByRun`. */
export const RUN_EVENTS = 'SELECT event FROM audit_entries';

/** Steps and states that the trail tells of, by run; tries that failed are left out. */
export function stepsByRun(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const steps = new Map<string, string[]>();
  for (const { event } of rows) {
    const text = Buffer.from(event as Uint8Array).toString();
    const { annotations } = JSON.parse(text) as { annotations: Record<string, string> };
    const of = (fact: string) => annotations[`sallyport.dev/rotation-${fact}`];
    const id = of('run');
    const isOfRun = annotations['sallyport.dev/action'] === 'rotations.run';
    if (!isOfRun || id === undefined || of('reason') !== undefined) continue;
    steps.set(id, [...(steps.get(id) ?? []), `${of('step')} ${of('state')}`]);
  }
  return steps;
}

/** What the trail must tell of a run that succeeded, each of it once. */
export function stepsOf({ slot }: EndedRun): readonly string[] {
  const once = ['create running', 'finish running', 'retire running', 'retire succeeded'];
  return slot.target.port === undefined ? once : [...once, 'set running', 'test running'];
}

/** What `sallyport audit verify` says of the trail of a gateway, and ends with. */
export async function verdictOn(gateway: CrashGateway, token: string) {
  const keys = await gateway.ask('/v1/audit/keys');
  const headerFile = join(gateway.dataDir, '..', 'headers');
  writeFileSync(headerFile, `Authorization: Bearer ${token}\n`, { mode: 0o600 });
  const trusted = keys.text.trimEnd().split('\n');
  const args = ['audit', 'verify', gateway.url, '--header-file', headerFile, '--quiet'];
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  const io = { out: tell, err: tell, isTerminal: false };
  const code = await run([...args, ...trusted.flatMap((key) => ['--key', key])], io);
  return { code, told: told.join('') };
}
