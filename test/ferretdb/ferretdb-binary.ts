import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtOnce, cacheDir } from '../cluster/built-once.js';
import { GoCommandError, runGo } from '../cluster/go-toolchain.js';

const MODULE_DIR = import.meta.dirname;
const MODULE = 'github.com/FerretDB/FerretDB';
const FLAGS = ['-mod=vendor', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
const VENDOR_MS_MAX = 10 * 60_000;
const BUILD_MS_MAX = 60 * 60_000;

interface Build {
  readonly version: string;
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The path of FerretDB, built from `go.mod` on first use and kept outside the checkout. Rejects
 * with the reason and the remedy if it cannot be built; several processes may call it.
 */
export async function ensureFerretdb(environment = process.env): Promise<string> {
  const build = await planBuild(environment);
  await builtOnce(build.folder, (unfinished) =>
    explained(build, () => buildInto(unfinished, build)),
  );
  return join(build.folder, 'ferretdb');
}

async function planBuild(environment: NodeJS.ProcessEnv): Promise<Build> {
  const goMod = await readFile(join(MODULE_DIR, 'go.mod'), 'utf8');
  const goSum = await readFile(join(MODULE_DIR, 'go.sum'), 'utf8');
  const version = /^\tgithub\.com\/FerretDB\/FerretDB (v\S+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error('test/ferretdb/go.mod does not name FerretDB');
  const hash = createHash('sha256')
    .update(JSON.stringify([goMod, goSum, FLAGS]))
    .digest('hex');
  const name = `ferretdb-${version}-${process.platform}-${process.arch}-${hash.slice(0, 12)}`;
  return { version, folder: join(cacheDir(environment), name), environment };
}

async function buildInto(
  unfinished: string,
  { version, folder, environment }: Build,
): Promise<void> {
  process.stderr.write(`test services: building FerretDB ${version} into ${folder}; once\n`);
  const moduleDir = await mkdtemp(join(tmpdir(), 'sallyport-ferretdb-'));
  try {
    for (const name of ['go.mod', 'go.sum']) {
      await copyFile(join(MODULE_DIR, name), join(moduleDir, name));
    }
    await runGo(['mod', 'vendor'], { moduleDir, environment, timeoutMs: VENDOR_MS_MAX });
    // A file that its release process writes, and that no module has; it exits without.
    const versionFile = join(moduleDir, 'vendor', MODULE, 'build', 'version', 'version.txt');
    await writeFile(versionFile, version);
    const build = ['build', ...FLAGS, '-o', `${unfinished}/`, `${MODULE}/cmd/ferretdb`];
    await runGo(build, { moduleDir, environment, timeoutMs: BUILD_MS_MAX });
  } finally {
    await rm(moduleDir, { recursive: true, force: true });
  }
}

async function explained(build: Build, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GoCommandError)) throw error;
    const lines = [
      `Cannot build FerretDB ${build.version} for the tests: ${error.message}.`,
      ...(error.output === '' ? [] : [error.output.trimEnd()]),
      'Needed, once: Go on PATH (https://go.dev/dl/), as new as test/ferretdb/go.mod says, and a',
      `Go module proxy (\`go env GOPROXY\`). The result is kept in ${build.folder}`,
      'and can be copied there from another machine. Then run the same command again.',
    ];
    throw new Error(lines.join('\n'), { cause: error });
  }
}
