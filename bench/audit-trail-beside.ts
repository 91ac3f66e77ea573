import { AuditWriter } from '../src/audit/audit-writer.js';
import { openAuditLog } from '../src/audit/log/open-audit-log.js';
import type { Place } from './audit-place.js';

/** The threads of a gateway that append and sign, and what they have done. */
export interface RunningTrail {
  readonly writer: AuditWriter;
  /** Size of the last checkpoint that was signed meanwhile; 0 before. */
  readonly signed: () => number;
  readonly checkpoints: () => number;
  /** Of the commits since this was asked last: what each took, in milliseconds. */
  takeCommits(): readonly number[];
  stop(): Promise<void>;
}

/** Starts both over a log; throws where either complains. */
export async function startTrail({ database, keyFile, scratch }: Place): Promise<RunningTrail> {
  let commits: number[] = [];
  let checkpoints = 0;
  const onAlarm = (message: string): never => {
    throw new Error(message);
  };
  const { publisher } = await openAuditLog(
    { dataDir: scratch, audit: { keyFile: keyFile.path } },
    database,
    { onAlarm, onPublished: () => (checkpoints += 1) },
  );
  const writer = new AuditWriter(database.location, {
    onAlarm,
    onCommit: (events, durationMs) => {
      if (events === 0) return;
      commits.push(durationMs);
      publisher.nudge();
    },
  });
  writer.start();
  publisher.start();
  await writer.check();
  return {
    writer,
    signed: () => publisher.published?.size ?? 0,
    checkpoints: () => checkpoints,
    takeCommits: () => {
      const taken = commits;
      commits = [];
      return taken;
    },
    stop: async () => {
      await publisher.stop();
      await writer.close();
    },
  };
}
