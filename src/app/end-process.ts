import { limits } from '../core/limits.js';

const EXIT_FAILURE = 1;

/**
 * Ends the process once it has stopped, or after the longest time that a stop may take. A stop that
 * fails ends it as well, with the code of a failure.
 */
export async function endAfter(
  stop: Promise<unknown>,
  exitCode: number,
  stopMsMax: number = limits.stopMsMax,
): Promise<void> {
  setTimeout(() => endAtOnce(exitCode), stopMsMax);
  const code = await stop.then(() => exitCode, failed);
  if (hasPendingFileCalls()) endAtOnce(code);
  process.exit(code);
}

function failed(error: unknown): number {
  process.stderr.write(`the stop has failed: ${String(error)}\n`);
  return EXIT_FAILURE;
}

/** Whether `process.exit` would wait: for a file system whose server is unreachable, for ever. */
function hasPendingFileCalls(): boolean {
  return process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq'));
}

/** Waits for no thread: another program takes the place of this one, and ends with the code. */
function endAtOnce(exitCode: number): void {
  try {
    const { execPath } = process;
    process.execve?.(execPath, [execPath, '-e', `process.exit(${exitCode})`], {});
  } catch {
    // Done below, without the code.
  }
  process.kill(process.pid, 'SIGKILL');
}
