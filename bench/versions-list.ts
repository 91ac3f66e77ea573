import { heading, p50AndP99, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { percentile } from './percentile.js';
import { withThrowawayDir } from './throwaway-dir.js';
import { openSealedStore } from './sealed-store.js';

const secrets = '/namespaces/default/secrets';
const times = 200;
const pageMax = 500;

/** Lists the versions of one Secret, all of them, page by page. */
export async function benchList(versions: number): Promise<Figures> {
  heading(`list of ${versions} versions`);
  return withThrowawayDir(async (dataDir) => {
    const env = { SALLYPORT_VERSIONS_LIMIT: String(versions) };
    const gateway = await GatewayProcess.start({ dataDir, env });
    const all = await listOverRest(gateway, versions).finally(() => gateway.stop());
    const stored = await listStored(dataDir, versions);
    report('of the store, all of them', p50AndP99(stored));
    return bounded('versions', {
      listRestP99Ms: percentile(all, 99),
      listStoreP99Ms: percentile(stored, 99),
    });
  });
}

/** What lists of all versions took, in milliseconds. */
async function listOverRest(gateway: GatewayProcess, versions: number): Promise<readonly number[]> {
  await writeAll(gateway, versions);
  await listAll(gateway);
  const single: number[] = [];
  const before = gateway.figures.cpuMs;
  const all: number[] = [];
  const pages: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const tookMs = await listAll(gateway);
    all.push(tookMs.reduce((sum, ms) => sum + ms, 0));
    pages.push(...tookMs);
    const { tookMs: one } = await gateway.call('GET', `${secrets}/bench/versions?limit=1`);
    single.push(one);
  }
  const cpu = (gateway.figures.cpuMs - before) / times;
  report('over REST, all of them', p50AndP99(all));
  report('CPU of a round of these', `${cpu.toFixed(1)} ms`);
  report(`over REST, a page of up to ${pageMax}`, p50AndP99(pages));
  report('over REST, a page of one', p50AndP99(single));
  return all;
}

async function writeAll(gateway: GatewayProcess, versions: number): Promise<void> {
  const stringData = { username: 'root', password: 'value-1' };
  await gateway.call('POST', secrets, { name: 'bench', stringData });
  for (let version = 2; version <= versions; version += 1) {
    const body = { stringData: { password: `value-${version}` } };
    await gateway.call('PATCH', `${secrets}/bench`, body);
  }
}

/** What each page took, in milliseconds. */
async function listAll(gateway: GatewayProcess): Promise<readonly number[]> {
  const tookMs: number[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const from: string = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    const path = `${secrets}/bench/versions?limit=${pageMax}${from}`;
    const answer = await gateway.call('GET', path);
    tookMs.push(answer.tookMs);
    next = (JSON.parse(answer.text) as { readonly continue?: string | null }).continue ?? undefined;
  }
  return tookMs;
}

async function listStored(dataDir: string, versions: number): Promise<readonly number[]> {
  const opened = await openSealedStore(dataDir);
  const { store } = opened;
  try {
    const [head] = await store.liveHeads('', 0, 1);
    if (head === undefined) throw new Error('there is no history');
    const tookMs: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const startedAt = performance.now();
      const { items } = await store.list(head.history.id, undefined, versions);
      tookMs.push(performance.now() - startedAt);
      if (items.length !== versions) throw new Error(`there are ${items.length} versions`);
    }
    return tookMs;
  } finally {
    await opened.close();
  }
}
