import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../cluster/binaries.js';
import { withBuildLock } from '../cluster/build-lock.js';
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
  if (!existsSync(build.folder)) {
    await mkdir(cacheDir(environment), { recursive: true });
    await withBuildLock(`${build.folder}.lock`, async () => {
      if (!existsSync(build.folder)) await explained(build, () => buildInto(build));
    });
  }
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

async function buildInto({ version, folder, environment }: Build): Promise<void> {
  process.stderr.write(`test services: building FerretDB ${version} into ${folder}; once\n`);
  const unfinished = await mkdtemp(`${folder}.building-`);
  try {
    const moduleDir = join(unfinished, 'module');
    await mkdir(moduleDir);
    for (const name of ['go.mod', 'go.sum']) {
      await copyFile(join(MODULE_DIR, name), join(moduleDir, name));
    }
    await runGo(['mod', 'vendor'], { moduleDir, environment, timeoutMs: VENDOR_MS_MAX });
    // A file that its release process writes, and that no module has; it exits without.
    const versionFile = join(moduleDir, 'vendor', MODULE, 'build', 'version', 'version.txt');
    await writeFile(versionFile, version);
    const output = join(unfinished, 'bin');
    const build = ['build', ...FLAGS, '-o', `${output}/`, `${MODULE}/cmd/ferretdb`];
    await runGo(build, { moduleDir, environment, timeoutMs: BUILD_MS_MAX });
    await publish(output, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function publish(output: string, folder: string): Promise<void> {
  try {
    await rename(output, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
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
