import { gzipSync } from 'node:zlib';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { Sallyport } from '../packages/client/src/index.js';
import { heading, report } from './audit-report.js';
import { saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import { bounded } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({ options: saveOption });

const terms = { reads: 10_000 };
const NAMESPACE = 'default';
const NAME = 'bench-client';
const KEY = 'password';

/** Size of the TypeScript client, and the time of reads that its cache answers. */
async function main(): Promise<void> {
  heading('client');
  const code = await minified();
  const gzippedBytes = gzipSync(code).length;
  report('minified', `${Buffer.byteLength(code)} bytes, ${gzippedBytes} with gzip`);
  const { cachedMs, followedMs } = await withThrowawayDir(measureReads);
  report(`${terms.reads} reads of an unchanged key, one after the other`, `${cachedMs} ms`);
  report('from a change to the state that follow yields, median of 50', `${followedMs} ms`);
  const figures = bounded('client', { gzippedBytes, cachedReadsMs: cachedMs, followedMs });
  conclude({ bench: 'client', figures, terms, isSaved: values.save });
}

async function minified(): Promise<string> {
  const build = await rolldown({ input: 'packages/client/src/index.ts' });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  return output[0].code;
}

async function measureReads(dataDir: string) {
  const env = { SALLYPORT_REQUESTS_PER_SECOND: '100000', SALLYPORT_REQUEST_BURST: '100000' };
  const gateway = await GatewayProcess.start({ dataDir, env });
  try {
    const client = new Sallyport({ ...gateway.access, cachedReadsMax: 10 });
    const stringData = { [KEY]: 'correct horse' };
    await client.secrets.create(NAMESPACE, { name: NAME, stringData });
    return { cachedMs: await cachedReads(client), followedMs: await followedChanges(client) };
  } finally {
    await gateway.stop();
  }
}

async function cachedReads(client: Sallyport): Promise<number> {
  const startedMs = performance.now();
  for (let count = 0; count < terms.reads; count += 1) {
    await client.keys.get(NAMESPACE, NAME, KEY);
  }
  return Math.round(performance.now() - startedMs);
}

async function followedChanges(client: Sallyport): Promise<number> {
  const signal = AbortSignal.timeout(120_000);
  const states = client.keys.follow(NAMESPACE, NAME, KEY, { signal });
  await states.next();
  const times: number[] = [];
  for (let count = 0; count < 50; count += 1) {
    const next = states.next();
    // So that the request that waits is there.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedMs = performance.now();
    await client.keys.put(NAMESPACE, NAME, KEY, `state ${count}`);
    await next;
    times.push(performance.now() - startedMs);
  }
  await states.return(undefined);
  return Math.round(times.toSorted((a, b) => a - b)[times.length / 2] ?? NaN);
}

await main();
