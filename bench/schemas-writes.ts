import { heading, p50AndP99, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { percentile } from './percentile.js';
import { withThrowawayDir } from './throwaway-dir.js';

const rounds = 20;
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
      let written = 0;
      const tookMs: Record<Name, number[]> = { plain: [], checked: [] };
      const write = async (name: Name): Promise<void> => {
        written += 1;
        const body = bodyOf(name, written);
        tookMs[name].push((await gateway.call('PUT', `${secrets}/${name}`, body)).tookMs);
      };
      for (let made = 0; made < warmWrites; made += 1) for (const name of names) await write(name);
      for (const name of names) tookMs[name] = [];
      for (let round = 0; round < rounds; round += 1) {
        const order = round % 2 === 0 ? names : names.toReversed();
        for (let made = 0; made < writes / rounds; made += 1) {
          for (const name of order) await write(name);
        }
      }
      for (const name of names) report(`PUT, ${name}`, p50AndP99(tookMs[name]));
      const addedMs = percentile(tookMs.checked, 50) - percentile(tookMs.plain, 50);
      report('the schema adds', `${addedMs.toFixed(2)} ms p50`);
      return bounded('schemas', { validationAddsP50Ms: addedMs });
    } finally {
      await gateway.stop();
    }
  });
}

/** Half of the keys have a rule: the schema is built in. */
function bodyOf(name: Name, written: number): object {
  const dsn = `postgresql://app:value-${written}@db.pay.svc/app`;
  const own = ['dsn', 'uri', 'url', 'connection-string', 'DATABASE_URL'];
  const others = ['a', 'b', 'c', 'd', 'e'];
  const labels = name === 'checked' ? { 'sallyport.dev/schema': 'dsn.postgresql' } : {};
  return { labels, stringData: Object.fromEntries([...own, ...others].map((key) => [key, dsn])) };
}
