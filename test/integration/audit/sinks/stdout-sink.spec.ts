import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StdoutSink } from '../../../../src/audit/sinks/stdout-sink.js';
import { FedLog, until } from './fed-log.js';

let log: FedLog;
let pipe: number;

beforeEach(async () => {
  log = await FedLog.open();
  const path = join(log.path, 'pipe');
  execFileSync('mkfifo', [path]);
  pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
});

afterEach(async () => {
  await log.close();
  closeSync(pipe);
});

/** What is in the pipe now. */
function taken(): string {
  const chunk = Buffer.alloc(1024 * 1024);
  try {
    return chunk.subarray(0, readSync(pipe, chunk)).toString();
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN');
    return '';
  }
}

describe('standard output', () => {
  it('gets an event a line, as fast as it is read', async () => {
    // More than a pipe holds.
    const sent = await log.append(400);
    const feeder = log.feeder(new StdoutSink('stdout', pipe));
    let text = '';
    await until(async () => {
      text += taken();
      return (await log.lagOf(feeder)) === 0;
    });
    text += taken();
    expect(text).toBe(`${sent.join('\n')}\n`);
  });

  it('that nobody reads keeps nobody waiting', async () => {
    await log.append(400);
    const feeder = log.feeder(new StdoutSink('stdout', pipe));
    await until(async () => (await log.lagOf(feeder)) <= 400 && taken() !== '');
    const startedMs = Date.now();
    await log.append(100);
    await feeder.stop(100);
    expect(Date.now() - startedMs).toBeLessThan(5_000);
  });
});
