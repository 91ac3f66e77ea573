import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The command lines of running processes that mention `text`, for instance a cluster's folder. */
export async function processesMentioning(text: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-A', '-o', 'pid=,args=']);
  return stdout.split('\n').filter((line) => line.includes(text));
}
