import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestCluster } from '../cluster/test-cluster.js';
import { CanaryScanner, Haystack } from './canary.js';

/** Shorter values stand somewhere by chance. */
const valueBytesMin = 12;
const valueBytesMax = 4_096;

interface SecretList {
  readonly items: readonly { readonly data?: Readonly<Record<string, string>> }[];
}

/** Every value that the cluster holds, looked for in the log and in the files of the gateway. */
export async function findLeaks(
  cluster: TestCluster,
  log: readonly string[],
  dataDir: string,
): Promise<readonly string[]> {
  const places = [['log', new Haystack(log.join('\n'))] as const, ...filesOf(dataDir)];
  const leaks: string[] = [];
  for (const value of await valuesOf(cluster)) {
    // Halves of values as short as these stand in names as well.
    const scanner = CanaryScanner.forWhole(value);
    for (const [place, content] of places) {
      const isLeaked = scanner.find(content).length > 0;
      if (isLeaked) leaks.push(`a value of ${value.length} stands in ${place}`);
    }
  }
  return leaks;
}

function filesOf(folder: string): (readonly [string, Haystack])[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, new Haystack(readFileSync(path))] as const);
}

async function valuesOf(cluster: TestCluster): Promise<ReadonlySet<string>> {
  const { body } = await cluster.request<SecretList>('GET', '/api/v1/secrets');
  const values = body.items.flatMap(({ data = {} }) =>
    Object.values(data).map((base64) => Buffer.from(base64, 'base64')),
  );
  const long = values.filter(({ length }) => length >= valueBytesMin && length <= valueBytesMax);
  return new Set(long.map((value) => value.toString('utf8')));
}
