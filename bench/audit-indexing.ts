import { setTimeout as wait } from 'node:timers/promises';
import type { Searches } from '../src/audit/search-index/open-searches.js';
import { perSecond, report } from './audit-report.js';

const lookMs = 100;

/** Waits until the index has all entries, and tells how long that took. */
export async function reportIndexing({ index }: Searches): Promise<void> {
  if (index === undefined) return;
  const startedAt = performance.now();
  index.start();
  await index.upToDate().catch(() => undefined);
  const behind = index.entriesBehind;
  while (index.entriesBehind > 0) await wait(lookMs);
  const tookMs = performance.now() - startedAt;
  if (behind > 0) {
    const rate = perSecond(behind, tookMs);
    report('search index made', `${Math.round(tookMs / 1_000)} s, ${rate} entries/s`);
  }
}
