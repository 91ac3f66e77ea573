import type { CommandCall } from '../program/command-call.js';
import { Interrupted } from '../signals/interrupted.js';
import { readAll } from '../values/read-values.js';
import { requestsOf } from '../values/wanted-values.js';
import { signalExitCode } from './child.js';
import { RunningProgram } from './running-program.js';
import { wantedRun, watchPlan } from './run-plan.js';
import { runWatched } from './run-watched.js';

/** Runs a program with values in its environment, or as files; returns its exit code. */
export async function run(call: CommandCall): Promise<number> {
  const watch = watchPlan(call);
  const { gateway, namespace } = await call.connect();
  const wanted = wantedRun(call, namespace);
  const requests = requestsOf(wanted);
  const [command = '', ...args] = call.args;
  const program = new RunningProgram({ program: command, args, wanted, terminal: call.terminal });
  try {
    const { terminal } = call;
    if (watch) return await runWatched(program, { gateway, requests, watch, terminal });
    const values = await readAll(gateway, requests, program.interrupted);
    program.start(values);
    return await program.exited;
  } catch (error) {
    if (error instanceof Interrupted) return signalExitCode(error.signal);
    throw error;
  } finally {
    program.end();
  }
}
