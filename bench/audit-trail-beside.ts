import { AuditWriter } from '../src/audit/audit-writer.js';
import { openSearches, type Searches } from '../src/audit/search-index/open-searches.js';
import { AuditLog } from '../src/audit/log/audit-log.js';
import { reportIndexing } from './audit-indexing.js';
import type { Place } from './audit-place.js';
import { rowKey as key } from './row-key.js';

/** The threads of a gateway that append, sign and index, and what they have done. */
export interface RunningTrail {
  readonly writer: AuditWriter;
  readonly searches: Searches;
  /** Size of the last checkpoint that was signed meanwhile; 0 before. */
  readonly signed: () => number;
  readonly checkpoints: () => number;
  /** Of the commits since this was asked last: what each took, in milliseconds. */
  takeCommits(): readonly number[];
  stop(): Promise<void>;
}

/** Starts them over a log, all of which is indexed; throws where one complains. */
export async function startTrail({ database, keyFile, scratch }: Place): Promise<RunningTrail> {
  let commits: number[] = [];
  let checkpoints = 0;
  const onAlarm = (message: string): never => {
    throw new Error(message);
  };
  const rowKey = key;
  const { publisher } = await AuditLog.open(
    { dataDir: scratch, audit: { keyFile: keyFile.path } },
    database,
    { rowKey, onAlarm },
  );
  publisher.onPublished(() => (checkpoints += 1));
  const writer = new AuditWriter(database.location, {
    rowKey,
    onAlarm,
    onCommit: (events, durationMs) => {
      if (events === 0) return;
      commits.push(durationMs);
      publisher.nudge();
    },
  });
  const searches = openSearches(database, { onAlarm });
  await reportIndexing(searches);
  writer.start();
  publisher.start();
  await writer.check();
  return {
    writer,
    searches,
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
      await searches.close();
    },
  };
}
