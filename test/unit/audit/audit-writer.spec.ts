import { describe, expect, it } from 'vitest';
import { AuditWriter } from '../../../src/audit/audit-writer.js';
import { AdoptedFile } from '../../../src/platform/storage/adopted-file.js';
import { rowKeyOf } from '../../unit/encryption/row-integrity.builder.js';

const unused = {
  dialect: 'sqlite',
  path: 'unused',
  adopted: new AdoptedFile().memory,
} as const;
const rowKey = rowKeyOf();
const entry = { json: '{}', stage: 'single' } as const;

function thread(source: string): URL {
  const imports = 'import { parentPort, workerData } from "node:worker_threads";';
  return new URL(`data:text/javascript,${encodeURIComponent(imports + source)}`);
}

describe('an audit writer', () => {
  it('refuses in time what a thread that hangs does not write, and takes up its late answer', async () => {
    const late = `let times = 0; parentPort.on("message", (message) => {
      if (message === "close") return parentPort.close();
      const answer = () => parentPort.postMessage({ kind: "committed", first: 0, durationMs: 1 });
      times++ === 0 ? setTimeout(answer, 2500) : answer();
    });`;
    const writer = new AuditWriter(unused, { rowKey, worker: thread(late) });
    // Before the late answer, which is none of a failure.
    await expect(writer.append(entry)).rejects.toThrow('in time');
    await expect(writer.append(entry)).resolves.toBe(0);
    await writer.close();
  });

  it('tells who was left out of a batch, and gives the others their indexes', async () => {
    const leaving = `parentPort.on("message", (message) => {
      if (message === "close") return parentPort.close();
      const { entries } = message;
      const lost = new Set(entries.flatMap(({ change }, at) => change?.key === "lost" ? [at] : []));
      parentPort.postMessage({ kind: "committed", first: 7, lost, durationMs: 1 });
    });`;
    const commits: number[] = [];
    const writer = new AuditWriter(unused, {
      rowKey,
      worker: thread(leaving),
      onCommit: (events) => commits.push(events),
    });
    const changed = (key: string) =>
      writer.commit({ ...entry, change: { key, guard: { sql: '', parameters: [] }, rest: [] } });
    const fates = [
      ...[changed('lost'), writer.append(entry), writer.check(), changed('lost'), changed('kept')],
      ...[writer.append(entry), changed('lost'), writer.append(entry)],
    ];
    const told = await Promise.all(fates);
    expect(told).toEqual([false, 7, undefined, false, true, 9, false, 10]);
    expect(commits).toEqual([4]);
    await writer.close();
  });

  it('replaces a thread that dies, and refuses what that had taken', async () => {
    const alarms: string[] = [];
    const dying = 'parentPort.on("message", () => { throw new Error("boom"); });';
    const writer = new AuditWriter(unused, {
      rowKey,
      worker: thread(dying),
      onAlarm: (message) => alarms.push(message),
    });
    await expect(writer.append(entry)).rejects.toThrow('the audit thread ended');
    await expect(writer.append(entry)).rejects.toThrow('the audit thread ended');
    expect(writer.isHealthy).toBe(false);
    expect(alarms.filter((alarm) => alarm.includes('boom'))).toHaveLength(2);
    await writer.close();
  });

  it('lets one batch find out whether a log that cannot be reached is back', async () => {
    const away = `let times = 0; parentPort.on("message", (message) => {
      if (message === "close") return parentPort.close();
      const answer = times++ < 2
        ? { kind: "failed", message: "away", isUnreachable: true }
        : { kind: "committed", first: 7, durationMs: 1 };
      setTimeout(() => parentPort.postMessage(answer), 700);
    });`;
    const writer = new AuditWriter(unused, { rowKey, worker: thread(away) });
    const first = writer.append(entry);
    await expect(first).rejects.toThrow('away');
    const probe = writer.append(entry);
    // The batch starts in the next turn, and only then.
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    let isProbing = true;
    const probed = expect(probe.finally(() => (isProbing = false))).rejects.toThrow('away');
    await expect(writer.append(entry)).rejects.toThrow('does not answer');
    expect(isProbing).toBe(true);
    await probed;
    await expect(writer.append(entry)).resolves.toBe(7);
    await expect(writer.append(entry)).resolves.toBe(7);
    await writer.close();
  });
});
