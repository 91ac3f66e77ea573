import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SystemClock } from '../src/core/clock.js';
import { systemRandomness } from '../src/core/randomness.js';
import { SecretValue } from '../src/core/secret-value.js';
import { CheckPace } from '../src/schemas/check-pace.js';
import { SchemaRegistry } from '../src/schemas/domain/schema-registry.js';
import { SchemaChecks } from '../src/schemas/schema-checks.js';
import { heading, p50AndP99, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { percentile } from './percentile.js';

const keys = 10;
const checks = 5_000;
const BYTES_PER_MB = 1_000_000;

/** Returns the heap that schemas of ten keys take, and how long the check of a Secret takes. */
export function benchSchemaMemory(schemas: number): Figures {
  heading(`${schemas} schemas of ${keys} keys`);
  const registry = new SchemaRegistry();
  const checking = new SchemaChecks({
    registry,
    feed: { loaded: () => Promise.resolve() },
    clock: new SystemClock(),
    pace: new CheckPace(),
    randomness: systemRandomness,
    onViolations: () => undefined,
  });
  const before = bytesInUse();
  for (let index = 0; index < schemas; index += 1) registry.put(schemaNumber(index), '');
  // Compiles them.
  if (registry.all.length !== schemas) throw new Error('a schema is missing');
  const memoryMb = (bytesInUse() - before) / BYTES_PER_MB;
  report('memory', `${memoryMb.toFixed(1)} MB`);
  const tookMs = timesOf(checking);
  report(`check of a Secret of ${keys} keys`, p50AndP99(tookMs));
  return bounded('schemas', {
    thousandSchemasMb: memoryMb * (1_000 / schemas),
    checkP50Ms: percentile(tookMs, 50),
  });
}

function timesOf(checking: SchemaChecks): readonly number[] {
  const data = new Map(
    names().map((name, index) => [
      name,
      SecretValue.fromBytes(Buffer.from(index === 0 ? 'postgresql://app@db/app' : `value_${name}`)),
    ]),
  );
  const labels = { 'sallyport.dev/schema': 'schema-7' };
  const place = { namespace: 'default', name: 'bench', type: 'Opaque' };
  const secret = { ...place, labels, annotations: {}, data };
  const tookMs: number[] = [];
  for (let index = 0; index < checks; index += 1) {
    const started = performance.now();
    const found = checking.findings(secret);
    tookMs.push(performance.now() - started);
    if (found.length > 0) throw new Error(`the Secret breaks ${JSON.stringify(found)}`);
  }
  // The first ones compile.
  return tookMs.slice(checks / 10);
}

function schemaNumber(index: number) {
  const [first = '', ...others] = names();
  const schema = { type: 'string', minLength: 3, pattern: `^[a-z_0-9]{1,${63 + (index % 40)}}$` };
  return {
    namespace: '',
    name: `schema-${index}`,
    uid: `uid-${index}`,
    resourceVersion: '1',
    generation: 1,
    createdMs: 0,
    annotations: {},
    status: {},
    isBeingDeleted: false,
    spec: {
      appliesTo: { label: `schema-${index}` },
      mode: 'enforce',
      keys: {
        [first]: { kind: 'dsn.postgresql', required: true },
        ...Object.fromEntries(others.map((name) => [name, { required: true, schema }])),
      },
      rules: [{ rule: 'secret.key0.contains("@") && secret.key1 != secret.key2' }],
    },
  };
}

function names(): readonly string[] {
  return Array.from({ length: keys }, (_, index) => `key${index}`);
}

/** Bytes of what is still in use, in the heap and beside it. */
export function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
