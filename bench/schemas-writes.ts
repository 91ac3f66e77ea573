import { heading, p50AndP99, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { percentile } from './percentile.js';
import { withThrowawayDir } from './throwaway-dir.js';

const warmWrites = 50;
const secrets = '/namespaces/default/secrets';
const names = ['plain', 'checked'] as const;
type Name = (typeof names)[number];

/** PUTs of Secrets with ten keys, in turns with a schema and without, at one gateway. */
export async function benchSchemaWrites(writes: number): Promise<Figures> {
  heading('what a schema adds to a PUT of ten keys');
  return withThrowawayDir(async (dataDir) => {
    const gateway = await GatewayProcess.start({ dataDir });
    try {
      await timesOf(gateway, warmWrites);
      const tookMs = await timesOf(gateway, writes);
      for (const name of names) report(`PUT, ${name}`, p50AndP99(tookMs[name]));
      const addedMs = percentile(tookMs.checked, 50) - percentile(tookMs.plain, 50);
      report('the schema adds', `${addedMs.toFixed(2)} ms p50`);
      return bounded('schemas', { validationAddsP50Ms: addedMs });
    } finally {
      await gateway.stop();
    }
  });
}

/** Writes both Secrets in turns; which goes first changes each time. */
async function timesOf(
  gateway: GatewayProcess,
  writes: number,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const tookMs: Record<Name, number[]> = { plain: [], checked: [] };
  for (let made = 0; made < writes; made += 1) {
    for (const name of made % 2 === 0 ? names : names.toReversed()) {
      const answer = await gateway.call('PUT', `${secrets}/${name}`, bodyOf(name, made));
      tookMs[name].push(answer.tookMs);
    }
  }
  return tookMs;
}

/** Half of the keys have a rule: the schema is built in. */
export function checkedBody(
  written: number,
  dsn = `postgresql://app:value-${written}@db.pay.svc/app`,
): {
  readonly labels: Readonly<Record<string, string>>;
  readonly stringData: Readonly<Record<string, string>>;
} {
  const own = ['dsn', 'uri', 'url', 'connection-string', 'DATABASE_URL'];
  const others = ['a', 'b', 'c', 'd', 'e'];
  const stringData = Object.fromEntries([...own, ...others].map((key) => [key, dsn]));
  return { labels: { 'sallyport.dev/schema': 'dsn.postgresql' }, stringData };
}

function bodyOf(name: Name, written: number): object {
  const body = checkedBody(written);
  return name === 'checked' ? body : { ...body, labels: {} };
}
