import { setTimeout as pause } from 'node:timers/promises';
import type { RotationRun, Sallyport } from '@sallyport/client';
import { type SecretName, secretNameOf } from '../connection/secret-name.js';
import { exitCodes } from '../exit-code.js';
import { printable } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

/** Between two questions about a run that a user watches. */
const WATCHED_EVERY_MS = 2_000;

/** Rotates a Secret. Returns 0 if that succeeded, and the exit code of a failure otherwise. */
export async function rotate(call: CommandCall): Promise<number> {
  const { gateway, namespace } = await call.connect();
  const secret = secretNameOf(call.argument(0), namespace);
  const retireAfter = call.text('retireAfter');
  const reason = call.text('reason');
  const request = {
    ...(retireAfter !== undefined && { retireAfter }),
    ...(reason !== undefined && { reason }),
  };
  const started = await gateway.rotations.start(secret.namespace, secret.name, request);
  const { id } = started.content;
  if (call.isOff('wait')) {
    call.terminal.out(`${id}\n`);
    return exitCodes.done;
  }
  const run = await ended(call, gateway, { secret, id });
  call.confirm(`${secret.namespace}/${secret.name}: ${textOf(run)}`);
  return run.state === 'succeeded' ? exitCodes.done : exitCodes.failed;
}

interface StartedRun {
  readonly secret: SecretName;
  readonly id: string;
}

/** Waits for the end of a run; on a terminal, with a line that says what it waits for. */
async function ended(
  call: CommandCall,
  gateway: Sallyport,
  { secret: { namespace, name }, id }: StartedRun,
): Promise<RotationRun> {
  const { terminal } = call;
  const isWatched = terminal.isErrorTerminal && !call.flag('quiet');
  const end = gateway.rotations.ended(namespace, name, id).then(({ content }) => content);
  if (!isWatched) return end;
  // A failed question ends the command first.
  end.catch(() => undefined);
  const startedMs = performance.now();
  for (;;) {
    const first = await Promise.race([end, pause(WATCHED_EVERY_MS, undefined, { ref: false })]);
    if (first !== undefined) break;
    const { content } = await gateway.rotations.run(namespace, name, id);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    terminal.err(`\r${textOf(content)}, ${seconds} s \u001B[K`);
  }
  terminal.err('\r\u001B[K');
  return end;
}

/** Returns the state of a run, with the step and what the run waits for. */
export function textOf({ state, step, waitingFor, error, toVersion }: RotationRun): string {
  const version = toVersion === null ? '' : `, version ${toVersion}`;
  const why = error?.message ?? waitingFor;
  return `${state} (${step}${version})${why === undefined ? '' : `: ${printable(why)}`}`;
}
