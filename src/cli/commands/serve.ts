import { serve } from '../../app/serve.js';
import { parseArguments, usage as startUsage } from '../../app/start-arguments.js';
import type { ExitCode } from '../command.js';

export const summary = 'runs the gateway, as npm start does';

export const usage = startUsage.replace('npm start [-- OPTIONS]', 'sallyport serve [OPTIONS]');

/** Runs until the process receives a signal to stop, and ends it. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  parseArguments(args);
  await serve(args);
  return 0;
}
