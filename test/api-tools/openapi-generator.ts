import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtOnce, cacheDir } from '../cluster/built-once.js';
import { runOrFail } from './run-program.js';

/** Version of openapi-generator that docs/call-from-java.md names. */
export const generatorVersion = '7.25.0';
const artifact = 'openapi-generator-cli';
const sha256 = '41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae';
const downloadMsMax = 10 * 60_000;

/**
 * Returns the path of openapi-generator, downloaded by Maven on first use and stored outside the
 * checkout. Rejects if Maven is missing, or if the file has another hash.
 */
export async function ensureOpenapiGenerator(environment = process.env): Promise<string> {
  const file = `${artifact}-${generatorVersion}.jar`;
  const folder = join(cacheDir(environment), `${artifact}-${generatorVersion}`);
  await builtOnce(folder, async (unfinished) => {
    const coordinates = `org.openapitools:${artifact}:${generatorVersion}`;
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
    const get = [`${plugin}:get`, `-Dartifact=${coordinates}`, '-Dtransitive=false'];
    await runOrFail('mvn', ['-B', '-q', ...get], { timeoutMs: downloadMsMax });
    const copy = [`${plugin}:copy`, `-Dartifact=${coordinates}`, `-DoutputDirectory=${unfinished}`];
    await runOrFail('mvn', ['-B', '-q', ...copy], { timeoutMs: downloadMsMax });
    const hash = createHash('sha256')
      .update(readFileSync(join(unfinished, file)))
      .digest('hex');
    if (hash !== sha256) throw new Error(`${coordinates} has another hash: ${hash}`);
  });
  return join(folder, file);
}
