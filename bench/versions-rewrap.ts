import { spawn } from 'node:child_process';
import { heading, perSecond, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { figuresOf, type ProcessFigures } from './process-figures.js';
import { withThrowawayDir } from './throwaway-dir.js';
import { countByKey, fillAndRotate } from './versions-fill.js';

const killAfterMs = 3_000;

/** `sallyport keys rewrap` over versions under a former key; once it is killed on the way. */
export async function benchRewrap(versions: number): Promise<Figures> {
  heading(`rewrap of ${versions} versions`);
  return withThrowawayDir(async (dataDir) => {
    const startedAt = performance.now();
    const active = await fillAndRotate(dataDir, versions);
    report('filled', `in ${seconds(performance.now() - startedAt)}`);
    const first = await rewrap(dataDir, killAfterMs);
    const done = (await countByKey(dataDir)).get(active) ?? 0;
    report('killed', `after ${seconds(first.tookMs)}, ${done} of ${versions} done`);
    const second = await rewrap(dataDir);
    const use = await countByKey(dataDir);
    if (use.size !== 1 || use.get(active) !== versions) {
      throw new Error(`versions by key: ${JSON.stringify([...use])}`);
    }
    const tookMs = first.tookMs + second.tookMs;
    report('all under the active key', `${seconds(tookMs)} in all`);
    const rate = perSecond(versions - done, second.tookMs);
    const cpu = Math.round((second.cpuMs * 1_000) / Math.max(1, versions - done));
    report('the second run', `${rate}/s, ${cpu} µs CPU of each, peak ${second.peakMib} MiB`);
    return bounded('versions', { rewrapS: tookMs / 1_000 });
  });
}

async function rewrap(dataDir: string, killedAfterMs?: number): Promise<ProcessFigures> {
  const child = spawn(process.execPath, ['dist/cli.js', 'keys', 'rewrap', '--quiet'], {
    env: { SALLYPORT_DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill =
    killedAfterMs === undefined
      ? undefined
      : setTimeout(() => child.kill('SIGKILL'), killedAfterMs);
  const figures = await figuresOf(child);
  clearTimeout(kill);
  if (kill === undefined && figures.code !== 0) throw new Error(`rewrap ended: ${figures.code}`);
  return figures;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
